import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ended, main, root, start } from './lib/run.mjs'

/**
 * Looks at what is installed along with the package: known advisories, and scripts that would run at installation.
 *
 * Returns `{ passed, failures }`, as the steps of `scripts/test.mjs` do. Where the registry does not answer questions about
 * advisories, that is said, and counts neither as passed nor as failed; with `strict` it is a failure.
 */
export async function audit({ strict = false } = {}) {
  const manifest = readJson('package.json')
  const packages = productionPackages(readJson('package-lock.json'))
  console.log(`production dependencies: ${packages.map(({ name, version }) => `${name}@${version}`).join(' ')}`)
  const failures = [...ownInstallScripts(manifest), ...installScripts(packages)]
  let passed = failures.length === 0 ? 1 : 0
  const answer = await askForAdvisories()
  if ('advisories' in answer) {
    const grave = graveAdvisories(answer.advisories, packages)
    console.log(`advisories: asked, ${grave.length} high or critical`)
    passed += grave.length === 0 ? 1 : 0
    failures.push(...grave)
  } else {
    const reason = `NOT CHECKED: the registry gives no answer about advisories (${answer.reason})`
    console.log(`advisories: ${reason}. Run "npm run audit" where it does.`)
    if (strict) failures.push({ name: 'advisories', reason })
  }
  return { passed, failures }
}

/** The packages that users get with ours, however deep, as the lock file has them. */
function productionPackages({ packages }) {
  const found = new Map()
  const add = (path, optional) => {
    const entry = packages[path]
    if (entry === undefined) {
      if (optional) return
      throw new Error(`package-lock.json has no ${path}. Run "npm install", and commit the lock file.`)
    }
    if (found.has(path)) return
    found.set(path, { ...entry, name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length) })
    follow(path, entry)
  }
  const follow = (from, { dependencies = {}, optionalDependencies = {} }) => {
    for (const name of Object.keys(dependencies)) add(resolve(packages, from, name), name in optionalDependencies)
    for (const name of Object.keys(optionalDependencies)) add(resolve(packages, from, name), true)
  }
  follow('', packages[''])
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name))
}

/** Where Node finds a package: the nearest folder of modules, going up. */
function resolve(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`
    if (folder === '' || packages[path] !== undefined) return path
  }
}

function installScripts(packages) {
  return packages
    .filter(({ hasInstallScript }) => hasInstallScript === true)
    .map(({ name, version }) => ({
      name: `${name}@${version}`,
      reason:
        'it runs a script when it is installed, on the machines of all users. Take another package, or make it an optional peer.',
    }))
}

function ownInstallScripts({ name, scripts = {} }) {
  const failures = ['preinstall', 'install', 'postinstall']
    .filter((script) => script in scripts)
    .map((script) => ({
      name,
      reason: `package.json has a script "${script}", which runs on the machines of all users. Remove it.`,
    }))
  // Without a script "install", npm builds by itself whatever has this file.
  if (existsSync(join(root, 'binding.gyp')) && !('install' in scripts)) {
    failures.push({
      name,
      reason: 'there is a binding.gyp, which npm builds at installation. Move it into a folder of its own.',
    })
  }
  return failures
}

/** Asks by `npm audit`, which ends with 1 for a finding as well as for a registry that does not know the question. */
async function askForAdvisories() {
  const args = ['audit', '--json', '--package-lock-only', '--omit=dev', '--omit=peer', '--no-workspaces']
  const child = start('npm', args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const chunks = []
  child.stdout.on('data', (chunk) => chunks.push(chunk))
  await ended(child)
  const report = parse(Buffer.concat(chunks).toString())
  if (report?.metadata?.vulnerabilities !== undefined)
    return { advisories: Object.values(report.vulnerabilities ?? {}) }
  const said = report?.message ?? report?.error?.summary ?? 'npm said nothing'
  // Addresses of registries may be nobody else's business.
  return {
    reason: String(said)
      .replace(/\S+:\/\/\S+/g, '')
      .replace(/\s+/g, ' ')
      .trim(),
  }
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function graveAdvisories(advisories, packages) {
  const names = new Set(packages.map(({ name }) => name))
  return advisories
    .filter(({ name, severity }) => names.has(name) && (severity === 'high' || severity === 'critical'))
    .map(({ name, severity, range, via, fixAvailable }) => ({
      name: `${name} ${range}`,
      reason: `${severity}: ${titlesOf(via)}. ${mendOf(name, fixAvailable)}`,
    }))
}

function titlesOf(via) {
  return via.map((each) => (typeof each === 'string' ? `by way of ${each}` : `${each.title} (${each.url})`)).join('; ')
}

function mendOf(name, fixAvailable) {
  if (typeof fixAvailable === 'object') return `Install ${fixAvailable.name}@${fixAvailable.version}.`
  return fixAvailable
    ? `Run "npm update ${name}".`
    : 'No version that fits is without it: raise the one in package.json, or replace the package.'
}

function readJson(file) {
  return JSON.parse(readFileSync(join(root, file), 'utf8'))
}

await main(import.meta.url, async () => {
  const { failures } = await audit({ strict: process.argv.includes('--strict') })
  for (const { name, reason } of failures) console.error(`failed: ${name}: ${reason}`)
  if (failures.length > 0) process.exitCode = 1
})
