import { join } from 'node:path'
import { Application, type DocumentationEntryPoint, LogLevel, type TypeDocOptions } from 'typedoc'
import { doors, root } from './doors.js'

/** Writes what every door of the package exports into a folder, as Markdown, out of its TSDoc. */
export async function writeApiReference(folder: string): Promise<void> {
  const options = {
    ...OPTIONS,
    entryPoints: doors().map(({ source }) => join(root, source)),
    tsconfig: join(root, 'tsconfig.build.json'),
    outputs: [{ name: 'markdown', path: folder }],
  }
  // The plugin's own options are not among those that the compiler knows.
  const application = await Application.bootstrapWithPlugins(options as TypeDocOptions)
  const project = application.converter.convert(namedAfterDoors(application.getEntryPoints() ?? []))
  application.validate(project)
  await application.generateOutputs(project)
  if (application.logger.hasErrors() || application.logger.hasWarnings()) {
    throw new Error('typedoc: see the warnings above')
  }
}

/** A module is called what users import it by, and not after the folder that it lies in. */
function namedAfterDoors(entryPoints: readonly DocumentationEntryPoint[]): DocumentationEntryPoint[] {
  const names = new Map(doors().map(({ door, source }) => [join(root, source), door]))
  return entryPoints.map((entryPoint) => ({
    ...entryPoint,
    displayName: names.get(entryPoint.sourceFile.fileName) as string,
  }))
}

const OPTIONS = {
  plugin: ['typedoc-plugin-markdown'],
  name: 'API',
  readme: 'none',
  // The step before this one has checked the types.
  skipErrorChecking: true,
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  disableSources: true,
  sort: ['kind', 'source-order'],
  logLevel: LogLevel.Warn,
  validation: { notExported: false, invalidLink: true, notDocumented: false },
  // Of typedoc-plugin-markdown.
  outputFileStrategy: 'modules',
  entryFileName: 'index',
  hidePageHeader: true,
  hideBreadcrumbs: false,
  useCodeBlocks: true,
  expandObjects: false,
  parametersFormat: 'table',
  propertiesFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'list',
  typeDeclarationFormat: 'table',
  enumMembersFormat: 'table',
  sanitizeComments: true,
  // VitePress counts headings of one name in another way than typedoc does.
  useHTMLAnchors: true,
  anchorPrefix: 'api-',
}
