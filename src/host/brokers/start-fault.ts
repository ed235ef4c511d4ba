import { basename } from 'node:path'
import { Fault, type Place } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import type { SocketAddress } from '../../kernel/socket-address.js'

export interface StartFailure {
  /** `mosquitto 2.1.2`. */
  readonly broker: string
  /** What it wrote. */
  readonly log: readonly string[]
  /** The configuration the user knows, by its path and text. */
  readonly configFile: string
  readonly config: string
  /** It was still running when the time was over: how long it had, and the listeners that never came. */
  readonly hung?: { readonly withinMs: number; readonly missing: readonly SocketAddress[] }
}

/** A broker that ended at start, or never listened: its own last words, and the configuration line they are about. */
export function brokerStartFault(failure: StartFailure): Fault {
  const said = failure.log.filter((line) => saysSomething(line) && !/ \[(debug|info|notice)\] /.test(line))
  const reasons = said.filter((line) => !/\bBOOT FAILED$/.test(line))
  const cause = causes.find(({ says }) => said.some((line) => says.test(line)))
  const complaint =
    said.find((line) => cause?.says.test(line)) ??
    reasons.find((line) => /\berror\b/i.test(line)) ??
    reasons.at(-1) ??
    said.at(-1) ??
    'it said nothing'
  const last = said.slice(-6).map((line) => `it said: ${withoutTime(line)}`)
  return new Fault('MP-BROKER-START', `${failure.broker} ${outcome(failure, withoutTime(complaint))}`, {
    exit: EXIT.environment,
    hints: [...(cause === undefined ? [] : [cause.means]), ...last],
    at: offendingLine(failure, said),
  })
}

function outcome({ hung }: StartFailure, complaint: string): string {
  if (hung === undefined) return `did not start: ${complaint}`
  const seconds = Math.round(hung.withinMs / 1000)
  return `runs, but ${hung.missing.map(listenerName).join(', ')} did not open within ${seconds} s: ${complaint}`
}

/** What keeps brokers from starting whatever the file says about MQTT, by their own words. */
const causes: readonly { readonly says: RegExp; readonly means: string }[] = [
  {
    says: /accept_eula|\bEULA\b|end user licen[sc]e/i,
    means: 'this build wants its license to be accepted: read it, then write accept_eula = yes into the file',
  },
  {
    says: /needs? to have a -setcookie|distributed_cookie/i,
    means: 'the file has no distributed_cookie, and VerneMQ does not start without one',
  },
  {
    says: /Cookie file .* must be accessible by owner only|Invalid challenge reply|Connection attempt from node .* rejected|different cookie|TCP connection succeeded but Erlang distribution failed/i,
    means: 'another Erlang node with another cookie is in the way, or the cookie file may be read by others',
  },
  {
    says: /duplicate_node_name|node with name .* is already running|the name \S+ seems to be in use by another Erlang node/i,
    means: 'another Erlang node has this name and is still running: end it, or choose another name (nodename)',
  },
  {
    says: /\{undef,\[\{rabbit,boot|beam .* (?:too new|compiled for a later)|op \d+ .*please re-compile|requires? Erlang|unsupported Erlang|Erlang version .* (?:too old|not supported)|OTP version .*(?:minimum|required)|please upgrade .*Erlang/i,
    means: 'the Erlang beside it is too old for this broker: install them together (mqtt-proxy tools install)',
  },
  {
    says: /eaddrinuse|address already in use/i,
    means: 'another program has that port: choose another, or end that program',
  },
  {
    says: /(?:cannot|could not|failed to|unable to) (?:connect to|contact|start|register with) .*epmd|epmd .*(?:refused|unreachable)/i,
    means: "Erlang's port mapper (epmd) could not be reached on loopback",
  },
  { says: /\benospc\b|no space left/i, means: 'the disk is full' },
]

/** RabbitMQ draws lines, and leaves some empty behind date, level and process. */
function saysSomething(line: string): boolean {
  return /[^\s=]/.test(withoutTime(line).replace(/^\[\w+\] <[\d.]+>/, ''))
}

/** The place the broker names; else the line with a value it quotes; else the line of an option it speaks of. */
function offendingLine(failure: StartFailure, said: readonly string[]): Place {
  const file = failure.configFile
  const named = said.map((line) => /Error found at '?(.*):(\d+)'?\.?$/.exec(line)).find((line) => line !== null)
  if (named) {
    const [, where = '', line] = named
    return { file: isCopyOf(where, file) ? file : where, line: Number(line) }
  }
  const wrong = said.filter((line) => /\berror\b|tried to set/i.test(line))
  const errors = (wrong.length > 0 ? wrong : said.slice(-1)).join('\n')
  const lines = failure.config.split('\n').map((line) => line.replace(/#.*/, '').trim())
  const values = [...errors.matchAll(/["'`]([^"'`]{3,})["'`]/g)].flatMap((match) => match[1] ?? [])
  const words = new Set(errors.split(/[^\w.]+/).map((word) => word.replace(/\.$/, '')))
  const index = [
    lines.findIndex((line) => line !== '' && values.some((value) => line.includes(value))),
    lines.findIndex((line) => line !== '' && words.has(line.split(/[\s=]/)[0] ?? '')),
  ].find((found) => found >= 0)
  return index === undefined ? { file } : { file, line: index + 1 }
}

/** The file itself, or the one beside it that is run; what it includes has other names. */
function isCopyOf(named: string, file: string): boolean {
  const name = basename(named)
  return name === basename(file) || name === `${basename(file)}.run`
}

/** Mosquitto begins its lines with the seconds since 1970, RabbitMQ with date and time. */
function withoutTime(line: string): string {
  return line.replace(/^\d{9,}: |^\d{4}-\d\d-\d\d[ T][\d:.,]+\S* (?=\[)/, '').trim()
}

/** `127.0.0.1:1883`, or the path of a socket. */
function listenerName(one: SocketAddress): string {
  return 'path' in one ? one.path : `${one.host}:${one.port}`
}
