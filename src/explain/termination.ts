import { mismatchWords } from '../kernel/mismatch-words.js'

/**
 * HAProxy's termination codes in TCP logs (configuration.txt 8.5), in words for MQTT. Two letters: what ended the
 * session, and what it was doing then.
 */

export interface Termination {
  readonly code: string
  /** What ended it, and in which state. */
  readonly meaning: string
  /** What that usually is when MQTT and PROXY headers are involved. */
  readonly mqtt: string | undefined
}

const causes: Readonly<Record<string, string>> = {
  C: 'the client closed or reset the connection',
  S: 'the server closed, reset or refused the connection',
  P: 'HAProxy itself ended it: a rule, a limit or a check of the content',
  L: 'HAProxy answered it itself, no server was involved',
  R: 'HAProxy lacks a resource: memory, file descriptors, ports',
  I: 'an internal error of HAProxy',
  D: 'HAProxy killed it because the server was marked down (on-marked-down shutdown-sessions)',
  U: 'HAProxy killed it because a better server came back (on-marked-up shutdown-backup-sessions)',
  K: 'HAProxy was told to kill it: by an administrator, or by hard-stop-after at a reload',
  c: 'the client was silent for longer than timeout client',
  s: 'the server was silent for longer than timeout server, or did not answer within timeout connect',
  '-': 'both sides ended it in good order',
}

const states: Readonly<Record<string, string>> = {
  R: 'while HAProxy still waited for a complete and valid request (content inspection)',
  Q: 'while it waited in the queue for a server',
  C: 'while HAProxy was connecting to the server',
  H: 'while HAProxy waited for the answer of the server',
  D: 'while data went through',
  L: 'while the last data was still on its way to the client',
  T: 'while the client was held back by tarpit',
  '-': 'after the data was through',
}

/** What the pairs mean in this field; each was seen on HAProxy 2.6 and 3.2. */
const inMqtt: Readonly<Record<string, string>> = {
  cD: 'timeout client is not longer than the keepalive of the client: it is cut before its PINGREQ (1.5 times the keepalive is needed, or timeout tunnel)',
  sD: 'timeout server is shorter than the time in which the broker has something to say',
  SC: `no server could be reached: ${mismatchWords.nowhere.what}; or ${mismatchWords['too-few-ports'].what}; with <NOSRV>: ${mismatchWords['no-route'].what}, or ${mismatchWords['servers-disabled'].what}`,
  cC: 'nothing listens on the port of the broker, or it does not answer, and timeout client ran out before HAProxy gave up',
  sQ: 'every server had as many connections as its maxconn allows for longer than timeout queue',
  sC: 'the port of the broker does not answer: a firewall, or a wrong address',
  SD: 'the broker dropped the client: with no bytes from it, it wanted a PROXY header, another version of it, or got one it does not expect',
  CD: 'the client went away without a DISCONNECT',
  DD: 'the health check marked the server down, and its sessions were cut',
  'D-': 'the health check marked the server down, and its sessions were cut',
  DC: 'the health check marked the server down, and its sessions were cut',
  PR: `${mismatchWords['bytes-not-awaited'].what} (${mismatchWords['bytes-not-awaited'].remedy}); or the bytes were no MQTT CONNECT (a stray PROXY header, TLS, or silence); or a rule refused the client; with <BADREQ>: ${mismatchWords['mode-http'].what}`,
  KC: 'hard-stop-after ended what a reload had left on the old process',
  'K-': 'hard-stop-after ended what a reload had left on the old process',
  '--': 'with no bytes from the broker: it closed without a CONNACK',
}

/** `cD`, `SC`, `--`, in HTTP mode `CD--`: the first two letters count. */
export function explainTermination(code: string): Termination | undefined {
  if (!/^[A-Za-z-]{2}(?:[A-Za-z-]{2})?$/.test(code)) return undefined
  const cause = causes[code.charAt(0)]
  const state = states[code.charAt(1)]
  if (cause === undefined || state === undefined) return undefined
  return { code, meaning: `${cause}, ${state}`, mqtt: inMqtt[code.slice(0, 2)] }
}

/** Every pair that has a meaning in this field, for lists and completion. */
export const knownTerminations: readonly string[] = Object.keys(inMqtt)
