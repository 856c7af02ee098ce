import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { walkReadme } from './lib/readme-walk.mjs'
import { ended, main, output, root, run, start } from './lib/run.mjs'

/** Packs the package and checks what users would get. Expects a fresh dist/. */
async function checkPackage() {
  const scratch = mkdtempSync(join(tmpdir(), 'downloadview-package-'))
  try {
    const { tarball, files } = await pack(scratch)
    checkFiles(files)
    await run('publint', ['run', tarball, '--strict'])
    // ESM only by decision: from Node 20.19 on, the oldest that we accept, require() of a door works all the same.
    await run('attw', [tarball, '--profile', 'esm-only', '--no-color', '--no-summary', '--format', 'table-flipped'])
    const project = await installIn(join(scratch, 'project'), tarball)
    await checkDoors(project)
    await walkReadme(project)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const doors = Object.entries(manifest.exports).filter(([, target]) => typeof target === 'object')

async function pack(scratch) {
  const [report] = JSON.parse(
    await output('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch]),
  )
  const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`
  console.log(
    `package: ${report.filename}, ${report.entryCount} files, ` +
      `${kilobytes(report.size)} packed, ${kilobytes(report.unpackedSize)} unpacked`,
  )
  return { tarball: join(scratch, report.filename), files: report.files.map(({ path }) => path) }
}

function checkFiles(files) {
  const allowed = /^(dist\/|src\/|native\/(sender\.c|binding\.gyp)$|(package\.json|README\.md|LICENSE|CHANGELOG\.md)$)/
  const strangers = files.filter((file) => !allowed.test(file) || file.includes('.test.'))
  assert.deepEqual(strangers, [], 'files that do not belong into the package')
  if (process.platform === 'linux') {
    assert.ok(files.includes(`dist/native/linux-${process.arch}.node`), 'the native sender is not packed')
  }
  for (const [door, { types, default: code }] of doors) {
    for (const target of [types, code]) assert.ok(files.includes(target.slice(2)), `${door}: ${target} is not packed`)
  }
  checkMaps(
    files.filter((file) => file.endsWith('.map')),
    new Set(files),
  )
}

function checkMaps(maps, files) {
  for (const map of maps) {
    for (const source of JSON.parse(readFileSync(join(root, map), 'utf8')).sources) {
      const path = join(map, '..', source)
      assert.ok(files.has(path), `${map} leads to ${path}, which is not packed`)
    }
  }
}

/** A new project with the tarball installed, as a user would, and with the peers that its doors are for. */
async function installIn(project, tarball) {
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball], { cwd: project })
  linkPeers(project)
  symlinkSync(join(root, 'node_modules', '@types'), join(project, 'node_modules', '@types'))
  return project
}

/** Imports each door, and compiles a module that uses them all. */
async function checkDoors(project) {
  const specifiers = doors.map(([door]) => door.replace('.', manifest.name))
  writeFileSync(join(project, 'doors.ts'), importsOf(specifiers))
  for (const specifier of specifiers) await importDoor(project, specifier)
  await compile(project)
  console.log(`doors: ${specifiers.join(' ')} import and compile`)
}

/** What some doors are for, as users of those doors have it. */
function linkPeers(project) {
  for (const name of Object.keys(manifest.peerDependencies)) {
    const link = join(project, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), link)
  }
}

async function importDoor(project, specifier) {
  const check = `if (Object.keys(door).length === 0) throw new Error('${specifier} exports nothing')`
  await run('node', ['--input-type=module', '--eval', `const door = await import('${specifier}'); ${check}`], {
    cwd: project,
  })
  // Fails on a top-level await somewhere behind the door.
  await run('node', ['--input-type=commonjs', '--eval', `const door = require('${specifier}'); ${check}`], {
    cwd: project,
  })
}

function importsOf(specifiers) {
  const names = specifiers.map((specifier, index) => `import * as door${index} from '${specifier}'`)
  return `${names.join('\n')}\nexport default [${specifiers.map((_, index) => `door${index}`).join(', ')}]\n`
}

/** Without skipLibCheck, so that a declaration of ours that compiles only in this repository is found. */
async function compile(project) {
  const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2023', '--types', 'node']
  for (const resolution of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    const [module, moduleResolution] = resolution
    const faults = await typeFaults(project, [
      ...options,
      '--module',
      module,
      '--moduleResolution',
      moduleResolution,
      'doors.ts',
    ])
    assert.deepEqual(faults, [], 'our own declarations must compile')
  }
}

/** The declarations of others have faults of their own, which users leave out by skipLibCheck. */
async function typeFaults(project, args) {
  const child = start('tsc', [...args, '--pretty', 'false'], { cwd: project, stdio: ['ignore', 'pipe', 'inherit'] })
  const chunks = []
  child.stdout.on('data', (chunk) => chunks.push(chunk))
  const { code } = await ended(child)
  const faults = Buffer.concat(chunks)
    .toString()
    .split('\n')
    .filter((line) => /^\S.*: error TS/.test(line))
  assert.ok(code === 0 || faults.length > 0, `tsc ended with ${code} and said nothing`)
  return faults.filter((line) => line.startsWith('doors.ts') || line.startsWith(`node_modules/${manifest.name}/`))
}

await main(import.meta.url, checkPackage)
