/**
 * Runs a program at a terminal of its own: what it writes there comes out, what is written in is typed, and its exit
 * code is given on. `script` of util-linux may lose what is written last, and the exit code with it.
 */
export function atTerminal(program: string, args: readonly string[]): [program: string, args: string[]] {
  return ['python3', ['-c', SPAWN, program, ...args]]
}

const SPAWN = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))'
