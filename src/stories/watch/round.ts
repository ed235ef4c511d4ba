import { randomBytes } from 'node:crypto'
import { SightLog } from '../../host/brokers/sight-log.js'
import { mqttConnect } from '../../host/net/mqtt-connect.js'
import { interrupted } from '../../host/process/lifetime.js'
import type { ClientTls } from '../../host/types.js'
import { formatSocketAddress } from '../../kernel/socket-address.js'
import { endOf } from '../../live/runtime/sessions.js'
import type { WatchReading } from '../../live/watch/reading.js'
import type { Observation } from '../../probe/types.js'
import { type Probed, type ProbeRequest, probe } from '../probe/probe.js'
import type { WatchPair } from './targets.js'

export interface RoundOptions {
  readonly tls: ClientTls
  readonly timeoutMs: number
  readonly username: string | undefined
  readonly password: string | undefined
  /** The log that the broker is writing: which address does it see? */
  readonly brokerLog: string | undefined
}

const dayMs = 86_400_000

/** Probes one pair, gently: one connection at a time, ten a second. */
export async function readPair(pair: WatchPair, options: RoundOptions): Promise<WatchReading> {
  const { target, behind } = pair
  const now = Date.now()
  const request: ProbeRequest = {
    targets: [target],
    behind,
    source: undefined,
    spoof: undefined,
    tls: options.tls,
    localAddress: undefined,
    username: options.username,
    password: options.password,
    timeoutMs: options.timeoutMs,
    silenceMs: undefined,
    idleSeconds: undefined,
    gentle: true,
    concurrency: 1,
    rate: 10,
    now,
  }
  const { probed, through } = await probe(request)
  const front = probed[0]
  if (front === undefined) throw new Error('nothing was probed')
  const back = behind === undefined ? undefined : probed[probed.length - 1]
  const { notAfter } = front.verdict.tls?.certificate ?? {}
  const connectMs = answered(front)
  return {
    target: formatSocketAddress(target),
    at: now,
    verdict: front.verdict.kind,
    text: front.verdict.text,
    up: connectMs !== undefined,
    connectMs,
    behind:
      back === undefined || behind === undefined
        ? undefined
        : {
            target: formatSocketAddress(behind),
            verdict: back.verdict.kind,
            connectMs: answered(back),
            spoofable: isSpoofable(back),
            fits: (through?.findings ?? []).every(({ severity }) => severity === 'OK'),
            text: through?.text ?? '',
          },
    spoofable: isSpoofable(front),
    certificateDays: notAfter === undefined ? undefined : Math.floor((notAfter - now) / dayMs),
    addressRight: connectMs === undefined ? undefined : await addressRight(pair, options),
  }
}

/** The quickest of the attempts that an MQTT broker answered with a CONNACK, whatever its code. */
function answered({ seen }: Probed): number | undefined {
  const times = seen.filter(isAnswer).map(({ ms }) => ms)
  return times.length === 0 ? undefined : Math.min(...times)
}

function isAnswer({ outcome }: Observation): boolean {
  return outcome === 'accepted' || outcome === 'connack'
}

function isSpoofable({ findings }: Probed): boolean {
  return findings.some(({ code }) => code === 'MP-P301')
}

/** One CONNECT of our own, which the log has to show with our own end. */
async function addressRight({ target }: WatchPair, options: RoundOptions): Promise<boolean | undefined> {
  if (options.brokerLog === undefined) return undefined
  const log = new SightLog(options.brokerLog)
  await log.begin()
  const clientId = `mp-${randomBytes(5).toString('hex')}`
  const { outcome, local } = await mqttConnect({
    target,
    tls: options.tls,
    timeoutMs: options.timeoutMs,
    mqtt: '3.1.1',
    clientId,
    signal: interrupted,
    ...(options.username !== undefined && { username: options.username }),
    ...(options.password !== undefined && { password: options.password }),
  })
  if (outcome !== 'accepted' || local === undefined) return undefined
  const sight = await log.saw(clientId, 2000)
  return sight?.port === undefined ? undefined : endOf(sight.address, sight.port) === canonical(local)
}

function canonical(end: string): string {
  const [, host = '', port = ''] = /^\[?(.+?)\]?:(\d+)$/.exec(end) ?? []
  return endOf(host, Number(port))
}
