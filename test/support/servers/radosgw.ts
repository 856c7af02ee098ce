import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts, type Program, runProgram, startProgram } from './program.js'
import { createBucket, isReady, type S3Server } from './s3.js'

/**
 * Starts the object gateway of Ceph: the most faithful S3 server that can run here, and a large one to install.
 *
 * It has versions of objects and conditions on uploads, checks signatures strictly, and answers one range only.
 */
export async function startRadosgw(): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), 'downloadview-radosgw-'))
  const programs: Program[] = []
  async function close() {
    // The gateway first: it waits long for a disk that is gone.
    for (const program of programs.toReversed()) await program.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const cluster = await prepare(folder)
    const run = async (name: string, ...args: string[]) => {
      programs.push(await startProgram(name, ['-f', ...cluster.options, ...args]))
    }
    await run('ceph-mon', '-i', 'a')
    await prepareDisk(cluster)
    await run('ceph-osd', '-i', '0')
    await run('radosgw', '-n', GATEWAY)
    await createUser(cluster)
    const { endpoint } = cluster
    const address = { endpoint, region: 'us-east-1', credentials: CREDENTIALS }
    await (programs.at(-1) as Program).until(() => isReady(address))
    return { ...address, createBucket: () => createBucket(address), pids: programs.map(({ pid }) => pid), close }
  } catch (error) {
    await close()
    throw error
  }
}

interface Cluster {
  readonly endpoint: string
  /** Leads each program to the configuration. */
  readonly options: readonly string[]
}

const GATEWAY = 'client.rgw.a'

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'testing' }

/** Writes configuration, keys and an empty monitor. */
async function prepare(folder: string): Promise<Cluster> {
  const [monitor, gateway] = await freePorts(2)
  const cluster = crypto.randomUUID()
  const keyring = join(folder, 'keyring')
  const options = ['-c', join(folder, 'ceph.conf')]
  for (const name of ['mon', 'osd/0', 'rgw', 'run']) await mkdir(join(folder, name), { recursive: true })
  await writeFile(join(folder, 'ceph.conf'), configuration(folder, cluster, monitor, gateway))
  await createKeys(keyring)
  const map = join(folder, 'monmap')
  await runProgram('monmaptool', ['--create', '--fsid', cluster, '--addv', 'a', `[v2:127.0.0.1:${monitor}]`, map])
  await runProgram('ceph-mon', [...options, '-i', 'a', '--mkfs', '--monmap', map, '--keyring', keyring])
  return { endpoint: `http://127.0.0.1:${gateway}`, options }
}

const configuration = (folder: string, cluster: string, monitor = 0, gateway = 0) => `
[global]
fsid = ${cluster}
mon host = v2:127.0.0.1:${monitor}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
keyring = ${folder}/keyring
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
osd pool default pg num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd objectstore = memstore
memstore device bytes = 2147483648
osd data = ${folder}/osd/$id
mon data = ${folder}/mon/$id
mon data avail crit = 1
run dir = ${folder}/run
admin socket = ${folder}/run/$name.asok
log file = ${folder}/$name.log
pid file = ${folder}/run/$name.pid
[${GATEWAY}]
rgw frontends = beast endpoint=127.0.0.1:${gateway}
rgw data = ${folder}/rgw
`

async function createKeys(keyring: string): Promise<void> {
  const create = (name: string, ...caps: string[]) =>
    runProgram('ceph-authtool', [keyring, '--gen-key', '-n', name, ...caps])
  await runProgram('ceph-authtool', ['-C', keyring])
  await create('mon.', '--cap', 'mon', 'allow *')
  await create('osd.0', '--cap', 'mon', 'allow profile osd', '--cap', 'osd', 'allow *')
  for (const name of ['client.admin', GATEWAY]) {
    await create(name, '--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *', '--cap', 'mgr', 'allow *')
  }
}

/** Makes the only disk known to the monitor, and formats it. Both must name it alike. */
async function prepareDisk({ options }: Cluster): Promise<void> {
  const disk = crypto.randomUUID()
  await runProgram('ceph', [...options, 'osd', 'new', disk])
  await runProgram('ceph-osd', [...options, '-i', '0', '--osd-uuid', disk, '--mkfs'])
}

async function createUser({ options }: Cluster): Promise<void> {
  const { accessKeyId, secretAccessKey } = CREDENTIALS
  const keys = [`--access-key=${accessKeyId}`, `--secret-key=${secretAccessKey}`]
  const user = ['user', 'create', '--uid=test', '--display-name=test', ...keys]
  await runProgram('radosgw-admin', [...options, '-n', GATEWAY, ...user])
}
