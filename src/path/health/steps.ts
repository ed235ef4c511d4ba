import type { HaproxyLine, HaproxyWord } from '../../config/haproxy/document.js'
import type { ProxyView } from '../../config/haproxy/view.js'

/** A `tcp-check` rule that does something. */
export type CheckStep = CheckConnect | CheckSend | CheckExpect

/** A `tcp-check connect` line, or the connection that a check makes by itself. */
export interface CheckConnect {
  readonly kind: 'connect'
  readonly line: HaproxyLine
  /** `default`: as the server line says. */
  readonly asServer: boolean
  readonly sendProxy: boolean
  readonly ssl: boolean
  readonly port: string | undefined
  readonly addr: string | undefined
}

/** A `tcp-check send` line. */
export interface CheckSend {
  readonly kind: 'send'
  readonly line: HaproxyLine
  /** The word that holds the bytes: where to edit them. */
  readonly word: HaproxyWord
  /** Undefined where they are computed. */
  readonly bytes: Buffer | undefined
  /** They are written in hexadecimal. */
  readonly hex: boolean
}

/** A `tcp-check expect` line. */
export interface CheckExpect {
  readonly kind: 'expect'
  readonly line: HaproxyLine
  readonly negated: boolean
  readonly match: 'binary' | 'rbinary' | 'string' | 'rstring' | 'other'
  readonly pattern: string
  /** `error-status` and its like make another result of it. */
  readonly judgedOtherwise: boolean
}

/** Options of `tcp-check expect` in front of the pattern; each takes one argument. */
const expectOptions = /^(?:min-recv|comment|ok-status|error-status|tout-status|on-success|on-error|status-code)$/
/** Options of `tcp-check connect` that take an argument. */
const connectOptions = /^(?:port|addr|sni|alpn|proto|via-socks4|comment)$/

/** The kind of health check of a backend: the last `option ...` that names one. */
export function isTcpCheck(proxy: Pick<ProxyView, 'effective'>): boolean {
  let kind = ''
  for (const { words } of proxy.effective) {
    const [first, second, third] = words.map((one) => one.text)
    if (first === 'option' && isCheck(second)) kind = second
    if (first === 'no' && second === 'option' && third === kind) kind = ''
  }
  return kind === 'tcp-check'
}

function isCheck(name: string | undefined): name is string {
  return name === 'httpchk' || (name !== undefined && /-(?:check|hello-chk)$/.test(name))
}

/** Its rules, in order (configuration.txt 4.2, `tcp-check`). */
export function stepsOf(proxy: Pick<ProxyView, 'tcpChecks'>): readonly CheckStep[] {
  return proxy.tcpChecks.flatMap((line): readonly CheckStep[] => {
    const [, verb, ...rest] = line.words
    switch (verb?.text) {
      case 'connect':
        return [connectOf(line, rest)]
      case 'send':
      case 'send-lf':
      case 'send-binary':
      case 'send-binary-lf':
        return sendOf(line, verb.text, rest)
      case 'expect':
        return [expectOf(line, rest)]
      default:
        return []
    }
  })
}

function connectOf(line: HaproxyLine, words: readonly HaproxyWord[]): CheckConnect {
  const said = new Map<string, string | undefined>()
  for (let at = 0; at < words.length; at++) {
    const name = words[at]?.text ?? ''
    if (connectOptions.test(name)) said.set(name, words[++at]?.text)
    else said.set(name, undefined)
  }
  return {
    kind: 'connect',
    line,
    asServer: said.has('default'),
    sendProxy: said.has('send-proxy'),
    ssl: said.has('ssl'),
    port: said.get('port'),
    addr: said.get('addr'),
  }
}

function sendOf(line: HaproxyLine, verb: string, [word]: readonly HaproxyWord[]): readonly CheckSend[] {
  if (word === undefined) return []
  const { text, unresolved } = word
  const computed = unresolved !== undefined || (verb.endsWith('-lf') && text.includes('%'))
  const hex = verb.startsWith('send-binary')
  const bytes = computed ? undefined : hex ? fromHex(text) : fromText(text)
  return [{ kind: 'send', line, word, bytes, hex }]
}

function fromHex(text: string): Buffer | undefined {
  return /^(?:[0-9a-f]{2})*$/i.test(text) ? Buffer.from(text, 'hex') : undefined
}

/** HAProxy keeps it as a C string and loses what follows a NUL (measured: an MQTT check with `send` never ends). */
function fromText(text: string): Buffer | undefined {
  const [whole = ''] = text.split('\0')
  return /^[\x01-\x7f]*$/.test(whole) ? Buffer.from(whole, 'latin1') : undefined
}

function expectOf(line: HaproxyLine, words: readonly HaproxyWord[]): CheckExpect {
  let at = 0
  let judgedOtherwise = false
  while (expectOptions.test(words[at]?.text ?? '')) {
    judgedOtherwise ||= /^(?:ok|error|tout)-status$/.test(words[at]?.text ?? '')
    at += 2
  }
  const negated = words[at]?.text === '!'
  if (negated) at++
  const match = words[at]?.text ?? ''
  const pattern = words[at + 1]
  return {
    kind: 'expect',
    line,
    negated,
    match:
      pattern?.unresolved === undefined &&
      (match === 'binary' || match === 'rbinary' || match === 'string' || match === 'rstring')
        ? match
        : 'other',
    pattern: pattern?.text ?? '',
    judgedOtherwise,
  }
}
