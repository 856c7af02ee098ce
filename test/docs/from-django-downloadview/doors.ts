import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** What users can import, as the compiler sees it in the sources. */
export class Doors {
  readonly #checker: ts.TypeChecker
  readonly #exports = new Map<string, Map<string, ts.Symbol>>()
  readonly #values = new Map<string, string[]>()

  /** Reads every door that package.json opens. */
  constructor() {
    const doors = doorsOfPackage()
    const program = ts.createProgram([...doors.values()], compilerOptions())
    this.#checker = program.getTypeChecker()
    for (const [door, file] of doors) {
      const module = this.#checker.getSymbolAtLocation(program.getSourceFile(file) as ts.SourceFile)
      const symbols = this.#checker.getExportsOfModule(module as ts.Symbol)
      const name = door.replace(/^\./, 'downloadview')
      this.#exports.set(name, new Map(symbols.map((symbol) => [symbol.name, this.#resolve(symbol)])))
      this.#values.set(
        name,
        symbols.filter((symbol) => this.#isValue(symbol)).map((symbol) => symbol.name),
      )
    }
  }

  /** All doors, as they are imported. */
  get names(): string[] {
    return [...this.#exports.keys()]
  }

  /** The doors that export a name; `Name.member` also asks for a public member of the class, type or object. */
  doorsOf(name: string): string[] {
    const [exported = '', ...members] = name.split('.')
    if (members.length > 1) return []
    return this.names.filter((door) => {
      const symbol = this.#exports.get(door)?.get(exported)
      return symbol !== undefined && members.every((member) => this.#membersOf(symbol).has(member))
    })
  }

  /** The classes, functions and constants that a door exports. */
  valuesOf(door: string): string[] {
    return this.#values.get(door) as string[]
  }

  /** A class that is exported as a type alone is none: nobody can make one or look at its kind. */
  #isValue(symbol: ts.Symbol): boolean {
    const isTypeOnly = (symbol.declarations ?? []).some(ts.isTypeOnlyExportDeclaration)
    return !isTypeOnly && (this.#resolve(symbol).flags & ts.SymbolFlags.Value) !== 0
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
