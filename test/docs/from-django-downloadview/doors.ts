import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** What users can import, as the compiler sees it in the sources. */
export class Doors {
  readonly #checker: ts.TypeChecker
  readonly #exports = new Map<string, Map<string, ts.Symbol>>()

  /** Reads every door that package.json opens. */
  constructor() {
    const doors = doorsOfPackage()
    const program = ts.createProgram([...doors.values()], compilerOptions())
    this.#checker = program.getTypeChecker()
    for (const [door, file] of doors) {
      const module = this.#checker.getSymbolAtLocation(program.getSourceFile(file) as ts.SourceFile)
      const symbols = this.#checker.getExportsOfModule(module as ts.Symbol)
      this.#exports.set(door, new Map(symbols.map((symbol) => [symbol.name, this.#resolve(symbol)])))
    }
  }

  /** Tells whether a door exports a name; `Name.member` also asks for a public member of the class, type or object. */
  has(name: string): boolean {
    const [exported = '', ...members] = name.split('.')
    return [...this.#exports.values()].some((door) => {
      const symbol = door.get(exported)
      return (
        symbol !== undefined && members.every((member) => this.#membersOf(symbol).has(member)) && members.length < 2
      )
    })
  }

  /** The classes, functions and constants that a door exports. */
  valuesOf(door: string): string[] {
    const symbols = this.#exports.get(door) ?? new Map<string, ts.Symbol>()
    return [...symbols].filter(([, symbol]) => symbol.flags & ts.SymbolFlags.Value).map(([name]) => name)
  }

  #resolve(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol
  }

  #membersOf(symbol: ts.Symbol): Set<string> {
    const types: ts.Type[] = []
    if (symbol.flags & ts.SymbolFlags.Type) types.push(this.#checker.getDeclaredTypeOfSymbol(symbol))
    if (symbol.flags & ts.SymbolFlags.Value) types.push(this.#checker.getTypeOfSymbol(symbol))
    const members = types.flatMap((type) => this.#checker.getPropertiesOfType(type))
    return new Set(members.filter(isPublic).map(({ name }) => name))
  }
}

function doorsOfPackage(): Map<string, string> {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const doors = new Map<string, string>()
  for (const [door, target] of Object.entries<{ default?: string }>(exports)) {
    const built = target.default
    if (built === undefined) continue
    const file = join(root, built.replace('./dist/', 'src/').replace(/\.js$/, '.ts'))
    if (!existsSync(file)) throw new Error(`package.json opens the door "${door}", but there is no ${file}.`)
    doors.set(door, file)
  }
  return doors
}

function compilerOptions(): ts.CompilerOptions {
  const file = join(root, 'tsconfig.json')
  const { config } = ts.readConfigFile(file, ts.sys.readFile)
  return ts.convertCompilerOptionsFromJson(config.compilerOptions, dirname(file)).options
}

function isPublic(symbol: ts.Symbol): boolean {
  const notPublic = ts.ModifierFlags.Private | ts.ModifierFlags.Protected
  const isInternal = (symbol.declarations ?? []).some(
    (declaration) => ts.getCombinedModifierFlags(declaration) & notPublic,
  )
  return !isInternal && !symbol.name.startsWith('#') && !(symbol.flags & ts.SymbolFlags.Prototype)
}
