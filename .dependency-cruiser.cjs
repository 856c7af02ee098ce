/**
 * The layering of src/, checked by scripts/check-layering.mjs.
 *
 * Imports point left along LAYERS. Types count like values: a layer that knows a type of a later one knows the later one.
 */
const LAYERS = [
  'awaitable',
  'errors',
  'wrong-use',
  'headers',
  'signing',
  'storages',
  'files',
  'responses',
  'handler',
  'views',
  'models',
  'middleware',
  'observe',
  'limits',
  'adapters',
  'health',
  'testing',
  'cli',
]

/** The adapter folder that may name a framework's packages: their types, but for {@link FRAMEWORKS_THAT_RUN}. */
const FRAMEWORKS = {
  express: ['express', 'express-serve-static-core'],
  fastify: ['fastify', 'fastify-plugin'],
  koa: ['koa'],
  hono: ['hono', '@hono/[^/]+'],
  nest: ['@nestjs/[^/]+', 'rxjs'],
}

/**
 * Nest knows its parts by its own classes and decorators: an exception, an interceptor, what is injected. Whoever opens
 * this door has the packages; nobody else loads them.
 */
const FRAMEWORKS_THAT_RUN = ['nest']

/** The folder of src/models/ that may name the packages of an ORM. */
const ORMS = {
  // Nothing of Prisma is imported: its types are in a client that the application generates.
  prisma: ['prisma', '@prisma/[^/]+'],
  drizzle: ['drizzle-orm'],
  typeorm: ['typeorm'],
  sequelize: ['sequelize', '@sequelize/[^/]+'],
  mongoose: ['mongoose', 'mongodb', 'bson'],
  'mikro-orm': ['@mikro-orm/[^/]+'],
  kysely: ['kysely'],
  knex: ['knex'],
}

/**
 * Conditions of Drizzle are made by its functions, which no database of it has as methods. Whoever opens this door has
 * the package; nobody else loads it.
 */
const ORMS_THAT_RUN = ['drizzle']

const TEST = '\\.test\\.ts$'

module.exports = {
  forbidden: [
    ...pointsLeft(),
    ...frameworksStayInTheirAdapter(),
    ...ormsStayInTheirFolder(),
    {
      name: 'every-file-has-a-layer',
      comment: 'A new folder of src/ takes its place in LAYERS first.',
      severity: 'error',
      from: { path: '^src/', pathNot: [layer(LAYERS), '^src/index\\.ts$', TEST] },
      to: {},
    },
    {
      name: 'headers-are-pure',
      comment: 'They run on every platform, so they use nothing of Node.',
      severity: 'error',
      from: { path: '^src/headers/', pathNot: TEST },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'adapters-take-handlers',
      comment: 'An adapter sends what any handler returns; it never knows a view.',
      severity: 'error',
      from: { path: '^src/adapters/', pathNot: TEST },
      to: { path: '^src/views/' },
    },
    {
      name: 'proxies-are-strangers',
      comment: 'Each proxy reads its header its own way: shared code belongs to src/middleware itself.',
      severity: 'error',
      from: { path: '^src/middleware/(nginx|apache|lighttpd|caddy)/', pathNot: TEST },
      to: { path: '^src/middleware/(nginx|apache|lighttpd|caddy)/', pathNot: '^src/middleware/$1/' },
    },
    {
      name: 'doors-are-for-users',
      comment: 'An index.ts is an entry of the package. Inside src, import the file that holds the idea.',
      severity: 'error',
      from: { path: '^src/', pathNot: TEST },
      to: { path: '/index\\.ts$', pathNot: 'node_modules' },
    },
    {
      name: 'core-door-is-for-production',
      severity: 'error',
      from: { path: '^src/index\\.ts$' },
      to: { path: layer(['testing', 'cli']) },
    },
    {
      name: 'nobody-imports-a-test',
      severity: 'error',
      from: {},
      to: { path: TEST },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: { pathNot: TEST },
      to: { circular: true },
    },
    {
      name: 'imports-resolve',
      severity: 'error',
      from: { path: '^src/', pathNot: TEST },
      to: { couldNotResolve: true },
    },
    {
      name: 'packages-are-declared',
      comment: 'What users do not install must not be imported, or only as a type.',
      severity: 'error',
      from: { path: '^src/', pathNot: TEST },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'npm-bundled'],
        dependencyTypesNot: ['npm', 'npm-peer', 'npm-optional', 'type-only'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
    },
  },
}

/** One rule for each layer: nothing of it imports a layer on its right. */
function pointsLeft() {
  return LAYERS.slice(0, -1).map((name, place) => ({
    name: `${name}-points-left`,
    comment: `Order: ${LAYERS.join(' · ')}`,
    severity: 'error',
    from: { path: layer([name]), pathNot: TEST },
    to: { path: layer(LAYERS.slice(place + 1)) },
  }))
}

function frameworksStayInTheirAdapter() {
  return Object.entries(FRAMEWORKS).flatMap(([name, packages]) => {
    const folder = `^src/adapters/${name}/`
    const stays = staysIn(folder, `${name}-stays-in-its-adapter`, packages)
    return FRAMEWORKS_THAT_RUN.includes(name) ? [stays] : [stays, isOnlyAType(folder, `${name}-is-a-type`, packages)]
  })
}

function ormsStayInTheirFolder() {
  return Object.entries(ORMS).flatMap(([name, packages]) => {
    const folder = `^src/models/${name}/`
    const stays = staysIn(folder, `${name}-stays-in-its-folder`, packages)
    return ORMS_THAT_RUN.includes(name) ? [stays] : [stays, isOnlyAType(folder, `${name}-is-a-type`, packages)]
  })
}

function staysIn(folder, name, packages) {
  return {
    name,
    severity: 'error',
    from: { path: '^src/', pathNot: [folder, TEST] },
    to: { path: pathOf(packages), pathNot: '^src/' },
  }
}

function isOnlyAType(folder, name, packages) {
  return {
    name,
    comment: 'Use `import type`: the package is an optional peer.',
    severity: 'error',
    from: { path: folder, pathNot: TEST },
    to: { path: pathOf(packages), pathNot: '^src/', dependencyTypesNot: ['type-only'] },
  }
}

/** Not only as installed: a package that is missing is reported by its bare name. */
function pathOf(packages) {
  return `(^|/node_modules/|^node_modules/)(@types/)?(${packages.join('|')})(/|$)`
}

/** Matches the folder or the file of each layer. */
function layer(names) {
  return `^src/(${names.join('|')})(/|\\.ts$)`
}
