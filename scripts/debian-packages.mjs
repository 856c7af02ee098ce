import { spawnSync } from 'node:child_process'
import { run } from './lib/run.mjs'

/** Programs that the tests drive: clients, a browser, databases, and the servers that downloads are handed over to. */
const PACKAGES = [
  'curl',
  'wget',
  'aria2',
  'chromium',
  'openssl',
  'iproute2',
  'util-linux',
  'faketime',
  'gcc',
  'make',
  'python3',
  'libc6-dev',
  'nginx',
  'apache2',
  'libapache2-mod-xsendfile',
  'lighttpd',
  'lighttpd-modules-lua',
  'caddy',
  'swift-proxy',
  'swift-account',
  'swift-container',
  'swift-object',
  'postgresql',
  'mariadb-server',
]

/** Programs that only `npm run test:full` drives: a large object storage. */
const PACKAGES_OF_FULL = ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph-common']

/** Installs the missing ones when it may, and otherwise throws the command that does. */
export async function installDebianPackages({ full = false } = {}) {
  const wanted = full ? [...PACKAGES, ...PACKAGES_OF_FULL] : PACKAGES
  const missing = wanted.filter((name) => !isInstalled(name))
  if (missing.length === 0) return console.log(`Debian packages: ${wanted.join(' ')}: there`)
  if (process.getuid?.() !== 0) throw new Error(`These programs are missing. Run:\n  sudo ${forPeople(missing)}`)
  console.log(`Debian packages: installing ${missing.join(' ')}…`)
  await run('apt-get', ['-qq', 'update'])
  await run('apt-get', ['-qq', '-o', 'Dpkg::Use-Pty=0', ...install(missing)], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  })
}

function isInstalled(name) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder is for dpkg-query.
  const { stdout } = spawnSync('dpkg-query', ['--show', '--showformat=${db:Status-Status}', name], { encoding: 'utf8' })
  return stdout?.trim() === 'installed'
}

function install(names) {
  // The timeout lets another apt-get of this machine end first.
  return ['-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '--no-install-recommends', ...names]
}

function forPeople(names) {
  return `apt-get update && sudo apt-get ${install(names).join(' ')}`
}
