import { access, constants, readFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { homedir, release, tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { noLoopback, tooFewFiles } from '../../kernel/machine-fault.js'
import { makeWorkdir } from '../files/workdir.js'
import { freePorts } from '../net/ports.js'
import { runProgram } from './run-program.js'

/** What this machine allows, as far as running HAProxy and brokers needs it. */
export interface Machine {
  readonly os: string
  readonly node: string
  readonly root: boolean
  /** Soft limit of open files for programs we start; undefined: not known. */
  readonly openFiles: number | undefined
  /** Ports for outgoing connections, `[32768, 60999]`; undefined: not known. */
  readonly clientPorts: readonly [number, number] | undefined
  /** Whether a server on 127.0.0.1 gets a port, and a client reaches it. */
  readonly loopbackPorts: boolean
  /** Whether a client can be bound to 127.0.0.2, and so be told from HAProxy by its address. */
  readonly secondLoopback: boolean
  readonly ipv6: boolean
  /** `instead`: a folder that could be used, where this one cannot be written. */
  readonly temp: { readonly path: string; readonly writable: boolean; readonly instead?: string }
  readonly cache: { readonly path: string; readonly writable: boolean }
  /** Version of tshark, which reads captures; undefined: not here. */
  readonly tshark: string | undefined
  /** Whether packages can be fetched without root (`tools install`). */
  readonly apt: boolean
}

export async function examineMachine(cache: string): Promise<Machine> {
  const [openFiles, clientPorts, loopbackPorts, secondLoopback, ipv6, temp, cacheWritable, apt, tshark] =
    await Promise.all([
      openFileLimit(),
      clientPortRange(),
      reachesItself('127.0.0.1').then((reached) => reached && freePorts(4).then(yes, no)),
      reachesItself('127.0.0.2'),
      reachesItself('::1'),
      makeWorkdir('doctor').then((folder) => folder.remove().then(yes), no),
      isWritable(cache),
      runProgram('apt-get', ['--version']).then(({ code }) => code === 0, no),
      tsharkVersion(),
    ])
  return {
    os: `${process.platform} ${release()} ${process.arch}`,
    node: process.versions.node,
    root: process.getuid?.() === 0,
    openFiles,
    clientPorts,
    loopbackPorts,
    secondLoopback,
    ipv6,
    temp: { path: tmpdir(), writable: temp, ...(!temp && (await otherFolder())) },
    cache: { path: cache, writable: cacheWritable },
    apt,
    tshark,
  }
}

/** What HAProxy, a broker, their logs and a few clients open at once. */
const leastOpenFiles = 128

/**
 * What every run of programs needs of this machine, asked before one is started: a failure later would be told of the
 * files that they run on.
 * @throws Fault MP-MACHINE (exit 3)
 */
export async function requireMachine(): Promise<void> {
  const limits = await readFile('/proc/self/limits', 'latin1').catch(() => '')
  const openFiles = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY)
  if (openFiles < leastOpenFiles) throw tooFewFiles(openFiles, leastOpenFiles)
  await requireLoopback()
}

/** @throws Fault MP-MACHINE (exit 3) */
export async function requireLoopback(): Promise<void> {
  if (!(await reachesItself('127.0.0.1'))) throw noLoopback('127.0.0.1 does not reach itself')
}

const yes = () => true
const no = () => false

/** Soft limit of open files; `undefined`: not known. */
export async function openFileLimit(): Promise<number | undefined> {
  const said = await runProgram('/bin/sh', ['-c', 'ulimit -n']).catch(() => undefined)
  const text = said?.stdout.trim()
  if (text === 'unlimited') return Number.POSITIVE_INFINITY
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

/** Ports that connections to one address get, first and last; `undefined`: not known. */
export async function clientPortRange(): Promise<readonly [number, number] | undefined> {
  const text = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '')
  const [low, high] = text.trim().split(/\s+/).map(Number)
  return low !== undefined && high !== undefined && high > low ? [low, high] : undefined
}

async function tsharkVersion(): Promise<string | undefined> {
  const said = await runProgram('tshark', ['--version']).catch(() => undefined)
  return /TShark \(Wireshark\) (\d+\.\d+\.\d+)/.exec(said?.stdout ?? '')?.[1]
}

/** Listening alone proves nothing: it also works where the loopback interface is down. */
function reachesItself(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy())
    const done = (reached: boolean) => server.close(() => resolve(reached))
    server.once('error', () => resolve(false))
    server.listen(0, host, () => {
      const address = server.address()
      const port = typeof address === 'object' ? address?.port : undefined
      const client = connect({ host, port: port ?? 0, localAddress: host })
      client.once('connect', () => done(true))
      client.once('error', () => done(false))
      client.resume()
    })
  })
}

/** A folder for temporary files, where TMPDIR names one that cannot be written. */
async function otherFolder(): Promise<{ readonly instead?: string }> {
  for (const path of ['/tmp', '/var/tmp', homedir(), process.cwd()]) {
    if (await access(path, constants.W_OK).then(yes, no)) return { instead: path }
  }
  return {}
}

/** The folder, or the nearest one above it that exists, lets us write. Nothing is made. */
async function isWritable(path: string): Promise<boolean> {
  const there = await access(path).then(yes, no)
  if (there) return access(path, constants.W_OK).then(yes, no)
  return dirname(path) === path ? false : isWritable(dirname(path))
}
