import { writeFile } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { connect as tlsConnect } from 'node:tls'
import type { DrillEvent } from '../../drill/events.js'
import { askMaster, parseWorkers } from '../../host/haproxy/master-socket.js'
import type { Child } from '../../host/process/children.js'
import { freeze, successor } from '../../host/sandbox/lab.js'
import { startBroker } from '../../host/sandbox/sandbox.js'
import type { RunningBroker } from '../../host/types.js'
import { Fault, messageOf } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import type { DrillLab } from './lab.js'

/** What an event left to look at when the watch is over. */
export interface Done {
  /** What was done, with its time from the event in milliseconds. */
  readonly steps: readonly { readonly ms: number; readonly text: string }[]
  /** Something that has to be true then; why not, in words. */
  readonly proof?: () => Promise<string | undefined>
}

export interface EventOptions {
  readonly way: string
  /** How long a server is away, milliseconds. */
  readonly downMs: number
}

type Action = (lab: DrillLab, options: EventOptions, note: (text: string) => void) => Promise<Done['proof']>

/**
 * Before clients come in: whether this pair has what the event is done to.
 * @throws Fault MP-DRILL-CANNOT (exit 2)
 */
export function requireDoable(event: DrillEvent, lab: DrillLab, { way }: Pick<EventOptions, 'way'>): void {
  if (event === 'certificate') tlsEntry(lab)
  if (event === 'failover' && way === 'hang' && lab.brokers[0]?.pid === undefined) throw cannot(noHang)
}

/** Does the event, which begins now, and notes its steps. */
export async function doEvent(event: DrillEvent, lab: DrillLab, options: EventOptions): Promise<Done> {
  const begin = performance.now()
  const steps: { ms: number; text: string }[] = []
  const note = (text: string) => void steps.push({ ms: performance.now() - begin, text })
  const proof = await actions[event](lab, options, note)
  return { steps, ...(proof && { proof }) }
}

const actions: Readonly<Record<DrillEvent, Action>> = {
  reload,
  drain,
  failover,
  certificate,
  restart,
  network,
}

async function reload(lab: DrillLab, { way }: EventOptions, note: (text: string) => void): Promise<Done['proof']> {
  if (way === 'master') {
    note('SIGUSR2 to the master')
    await Promise.all(lab.haproxy.map((one) => one.reload()))
    note('the new workers have loaded their files')
    return undefined
  }
  note('a new HAProxy with -sf')
  const next: Child[] = []
  for (const [index, old] of lab.haproxy.entries()) {
    const files = lab.plan.haproxy[index]?.files.map((file) => file.name) ?? []
    next.push(await successor(lab.plan.program, lab.plan.folder, files, old))
  }
  lab.atEnd(async () => void (await Promise.all(next.map((one) => one.stop()))))
  return async () => (next.every((one) => one.alive()) ? undefined : 'the new HAProxy has ended')
}

async function drain(lab: DrillLab, options: EventOptions, note: (text: string) => void): Promise<Done['proof']> {
  const server = await busiestServer(lab)
  await runtime(lab, `set server ${server} state drain`)
  note(`set server ${server} state drain`)
  if (options.way === 'sessions') {
    await pause(500)
    await runtime(lab, `shutdown sessions server ${server}`)
    note(`shutdown sessions server ${server}`)
  }
  await pause(options.downMs)
  await runtime(lab, `set server ${server} state ready`)
  note(`set server ${server} state ready`)
  return undefined
}

const noHang = 'the embedded broker runs in this process and cannot hang alone'

async function failover(lab: DrillLab, options: EventOptions, note: (text: string) => void): Promise<Done['proof']> {
  const [broker] = lab.brokers
  if (broker === undefined) throw new Error('no broker')
  if (options.way === 'hang') {
    const thaw = freeze(broker)
    if (thaw === undefined) throw cannot(noHang)
    note(`${broker.what} hangs`)
    await pause(options.downMs)
    thaw()
    note('it goes on')
    return undefined
  }
  note(`${broker.what} is killed`)
  await kill(broker)
  await pause(options.downMs)
  await bringBack(lab)
  note('it listens again')
  return undefined
}

async function restart(lab: DrillLab, _options: EventOptions, note: (text: string) => void): Promise<Done['proof']> {
  const [broker] = lab.brokers
  if (broker === undefined) throw new Error('no broker')
  note(`${broker.what} is asked to end`)
  await broker.stop()
  note('it has ended')
  await bringBack(lab)
  note('it listens again')
  return undefined
}

async function network({ taps }: DrillLab, _options: EventOptions, note: (text: string) => void) {
  if (taps === undefined) throw new Error('nothing stands between HAProxy and the broker')
  note(`${taps.reset()} connections to the broker are reset`)
  return undefined
}

async function kill(broker: RunningBroker): Promise<void> {
  if (broker.pid !== undefined) process.kill(broker.pid, 'SIGKILL')
  await broker.stop()
}

/** @throws Fault of the broker's own start when its port is not free, or it does not take its file any more */
async function bringBack(lab: DrillLab): Promise<void> {
  const [first] = lab.plan.brokers
  if (first === undefined) throw new Error('no broker')
  const again = await startBroker(lab.plan, first)
  lab.replaceBroker(again)
}

async function certificate(lab: DrillLab, { way }: EventOptions, note: (text: string) => void): Promise<Done['proof']> {
  const to = tlsEntry(lab)
  const fresh = await lab.otherServerCertificate()
  const file = await serverCertificateFile(lab)
  if (way === 'socket') {
    // The payload ends with an empty line; PEM has none.
    await runtime(lab, `set ssl cert ${file} <<\n${fresh.replaceAll('\r', '').trimEnd()}\n`)
    note(`set ssl cert ${file}`)
    await runtime(lab, `commit ssl cert ${file}`)
    note(`commit ssl cert ${file}`)
  } else {
    await writeFile(inFolder(lab.plan.folder, file), fresh, { mode: 0o600 })
    note(`${file} is replaced`)
    await Promise.all(lab.haproxy.map((one) => one.reload()))
    note('HAProxy has loaded its files again')
  }
  return async () => {
    const shown = await shownSerial(to)
    return shown === lab.serialOf(fresh) ? undefined : 'a client is still shown the old certificate'
  }
}

/** Where clients speak TLS with HAProxy. */
function tlsEntry({ way: { to }, secure }: DrillLab): { readonly host: string; readonly port: number } {
  if (secure && !('path' in to)) return to
  throw cannot(
    'clients speak no TLS with this HAProxy',
    'take a scenario with TLS: mqtt-proxy drill certificate proxy-tls',
  )
}

/** A new certificate goes where HAProxy reads the old one, and only into our own folder. */
function inFolder(folder: string, file: string): string {
  const path = isAbsolute(file) ? file : join(folder, file)
  if (relative(folder, path).startsWith('..')) throw cannot(`${file} lies outside the sandbox`)
  return path
}

async function serverCertificateFile(lab: DrillLab): Promise<string> {
  const listed = (await runtime(lab, 'show ssl cert'))
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  for (const file of listed) {
    const said = await runtime(lab, `show ssl cert ${file}`)
    const serial = /^Serial: *([0-9A-Fa-f]+)/m.exec(said)?.[1]?.toUpperCase()
    if (serial === lab.serverSerial) return file
  }
  throw cannot('HAProxy shows no server certificate that could be replaced')
}

function shownSerial(to: { readonly host: string; readonly port: number }): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = tlsConnect({ ...to, servername: '', rejectUnauthorized: false, timeout: 5000 })
    const done = (serial: string | undefined) => {
      socket.destroy()
      resolve(serial)
    }
    socket.once('secureConnect', () => done(socket.getPeerCertificate().serialNumber))
    socket.once('error', () => done(undefined))
    socket.once('timeout', () => done(undefined))
  })
}

/** Backend and server that hold the most sessions: `mqtt_backend/broker1`. */
async function busiestServer(lab: DrillLab): Promise<string> {
  const [head = '', ...rows] = (await runtime(lab, 'show stat -1 4 -1')).split('\n')
  const names = head.replace(/^# /, '').split(',')
  const [proxy, server, current] = ['pxname', 'svname', 'scur'].map((name) => names.indexOf(name))
  const servers = rows
    .map((row) => row.split(','))
    .filter((cells) => cells.length > 3)
    .map((cells) => ({ name: `${cells[proxy ?? 0]}/${cells[server ?? 1]}`, sessions: Number(cells[current ?? 4]) }))
    .sort((a, b) => b.sessions - a.sessions)
  const [busiest] = servers
  if (busiest === undefined) throw cannot('HAProxy has no server')
  return busiest.name
}

/** The worker of the last HAProxy before the broker is asked; one that refuses says so in words. */
async function runtime(lab: DrillLab, command: string): Promise<string> {
  const answer = await askMaster(lab.masterSocket, `@1 ${command}`)
  if (/^(Unknown command|Permission denied|No such|Can't|Error|unable)/im.test(answer) && !/Success/i.test(answer)) {
    throw cannot(`HAProxy refused "${command.split('\n')[0]}": ${answer.split('\n')[0]}`)
  }
  return answer
}

/**
 * Sessions of clients on workers that only finish; `undefined` when nobody can be asked. Behind a successor (`sf`) that
 * is every worker of the old master.
 */
export async function sessionsOnOld(lab: DrillLab, way: string): Promise<number | undefined> {
  try {
    const { current, old } = parseWorkers(await askMaster(lab.masterSocket, 'show proc'))
    let sum = 0
    for (const pid of way === 'sf' ? [...current, ...old] : old) {
      const info = await askMaster(lab.masterSocket, `@!${pid} show info`)
      sum += Number(/^CurrConns: (\d+)/m.exec(info)?.[1] ?? 0)
    }
    return sum
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw new Error(messageOf(error), { cause: error })
  }
}

function cannot(message: string, ...hints: readonly string[]): Fault {
  return new Fault('MP-DRILL-CANNOT', `this event cannot be done here: ${message}`, { exit: EXIT.usage, hints })
}
