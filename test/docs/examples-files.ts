import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pcapngOf } from '../../src/capture/pcapng.js'
import { freePort } from '../../src/host/net/ports.js'
import { cacheDir, readInstalled } from '../../src/host/tools/cache.js'
import { parseRelease } from '../../src/host/tools/catalogue.js'
import { encode } from '../../src/proxy-header/index.js'
import type { Lab } from './examples-lab.js'

const top = join(import.meta.dirname, '../..')

export type FileSet = keyof typeof fileSets

/** Files that examples name, made by our own commands wherever there is one. */
const fileSets = {
  /** `haproxy.cfg` and `mosquitto.conf` that belong together, and their certificates. */
  pair: async (lab, at) => {
    await lab.mqttProxy('gen', 'all', 'proxy-mtls-cn', '--no-check', '-o', at)
  },
  /** The same, but HAProxy cuts off clients with the usual keepalive, and says no PROXY header to the broker. */
  flawedPair: async (lab, at) => {
    await putFiles(lab, ['pair'], at)
    await edit(join(at, 'haproxy.cfg'), 'timeout client 100s', 'timeout client 60s')
    await edit(join(at, 'haproxy.cfg'), ' send-proxy-v2-ssl-cn\n', '\n')
  },
  /** `mosquitto.conf` of a broker that wants a header, on a port that is free. */
  freeBroker: async (lab, at) => {
    const server = `127.0.0.1:${await freePort()}`
    await lab.mqttProxy('gen', 'broker', 'proxy', '--server', server, '-o', join(at, 'mosquitto.conf'))
  },
  /** A pair in several files, with VerneMQ as the broker. */
  splitPair: async (lab, at) => {
    await lab.mqttProxy('gen', 'all', 'proxy', '--broker', 'vernemq', '--no-check', '-o', at)
    const whole = await readFile(join(at, 'haproxy.cfg'), 'utf8')
    const cut = whole.indexOf('frontend ')
    await writeFile(join(at, 'global.cfg'), whole.slice(0, cut))
    await writeFile(join(at, 'mqtt.cfg'), whole.slice(cut))
  },
  /** What `gen all` wrote into `lab` some time ago; a line was changed since. */
  lab: async (lab, at) => {
    await putFiles(lab, ['pair'], join(at, 'lab'))
    await edit(join(at, 'lab', 'haproxy.cfg'), 'timeout server 100s', 'timeout server 200s')
  },
  configs: async (_, at) => {
    await cp(join(top, 'haproxy-configs'), join(at, 'haproxy-configs'), { recursive: true })
  },
  /** The authority of the lab's HAProxy, and a client certificate it takes. */
  client: async (lab, at) => {
    const certs = join(lab.folder, 'lab', 'proxy-mtls-cn', 'certs')
    await cp(join(certs, 'server-ca.crt'), join(at, 'ca.crt'))
    await cp(join(certs, 'clients', 'alice.crt'), join(at, 'client.crt'))
    await cp(join(certs, 'clients', 'alice.key'), join(at, 'client.key'))
  },
  hosts: async ({ places }, at) => {
    await writeFile(join(at, 'hosts.txt'), `# brokers\n${places.front}\nws://${places.webSocket}\n`)
  },
  /** A client that came through HAProxy, as seen between HAProxy and the broker. */
  capture: async (_, at) => {
    const client = { address: '192.0.2.1', port: 40_000 }
    const server = { address: '192.0.2.2', port: 1884 }
    const source = { address: '203.0.113.7', port: 56_324 }
    const header = encode({ version: 2, source, destination: { ...client, port: 1883 } })
    const bytes = Buffer.concat([header, Buffer.from('100d00044d5154540402003c000161', 'hex')])
    const chunks = [{ from: 'client', at: 1, bytes } as const]
    const times = { openedAt: 0, closedAt: 2, closedBy: 'client', reset: false } as const
    await writeFile(join(at, 'capture.pcap'), pcapngOf([{ client, server, chunks, ...times }], 'an example'))
  },
  shards: async (lab, at) => {
    const shard = (n: number) =>
      lab.mqttProxy('check', 'tcp', '--shard', `${n}/2`, '--reporter', `json=${join(at, `shard-${n}.json`)}`)
    await Promise.all([shard(1), shard(2)])
  },
  reports: async (lab, at) => {
    const run = (broker: string) =>
      lab.mqttProxy(
        'check',
        'tcp/connect-5.0',
        '--broker',
        broker,
        '--reporter',
        `json=${join(at, 'reports', `${broker}.json`)}`,
      )
    await mkdir(join(at, 'reports'))
    await Promise.all([run('embedded'), run('mosquitto')])
  },
  /** What HAProxy says of a client that speaks no TLS where it has to. */
  log: async (lab, at) => {
    await writeFile(join(at, 'haproxy.log'), `${(await lab.logOfPlainClient()).join('\n')}\n`)
  },
  /** A test suite that talks to the broker it is given. */
  suite: async (_, at) => {
    const test = 'mqtt-proxy send "$MQTT_URL" --src 203.0.113.7 -t t -m hi -q 1'
    await writeFile(join(at, 'package.json'), JSON.stringify({ scripts: { test } }))
  },
  varnishTest: async (_, at) => {
    await writeFile(join(at, 'test.vtc'), 'varnishtest "stays up"\n')
  },
  /** `cache` with the packages of Mosquitto, as after a run that was not offline; not the installation. */
  packages: async (_, at) => {
    const installed = await readInstalled(cacheDir(), parseRelease('mosquitto'))
    if (installed === undefined) throw new Error('Mosquitto is not in the cache: npm test puts it there')
    const from = join(cacheDir(), 'apt', installed.suite)
    const to = join(at, 'cache', 'apt', installed.suite)
    await mkdir(join(to, 'debs'), { recursive: true })
    for (const name of ['lists', 'updated']) await cp(join(from, name), join(to, name), { recursive: true })
    for (const file of installed.packages) await cp(join(from, 'debs', file), join(to, 'debs', basename(file)))
  },
} satisfies Record<string, (lab: Lab, at: string) => Promise<void>>

const made = new Map<FileSet, Promise<string>>()

/** Files of a kind, made once, in a folder of their own. */
function makeFiles(lab: Lab, set: FileSet): Promise<string> {
  const before = made.get(set)
  if (before !== undefined) return before
  const at = join(lab.folder, 'files', set)
  const making = mkdir(at, { recursive: true })
    .then(() => fileSets[set](lab, at))
    .then(() => at)
  made.set(set, making)
  return making
}

/** Makes a folder with a copy of the files of these kinds. */
export async function putFiles(lab: Lab, sets: readonly FileSet[], at: string): Promise<void> {
  await mkdir(at, { recursive: true })
  for (const set of sets) await cp(await makeFiles(lab, set), at, { recursive: true })
}

async function edit(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(file, 'utf8')
  if (!text.includes(from)) throw new Error(`${file} has no ${JSON.stringify(from)}`)
  await writeFile(file, text.replace(from, to))
}
