import { BlockList, isIP } from 'node:net'
import { printable, quoted } from '../kernel/printable.js'
import { Decoder, recognise } from '../proxy-header/index.js'
import type { HeaderError, ProxyHeader, Version } from '../proxy-header/types.js'
import type { Address, Arrival } from './arrival.js'
import { corruptLine, corruptLines, mannerRefuses, shortUnix } from './header-manner.js'
import type { HeaderPolicy } from './options.js'

export interface Refusal {
  /** `MP-...` */
  readonly code: string
  readonly reason: string
  readonly hint: string | undefined
  /** Lines in Mosquitto's words. */
  readonly log: readonly string[]
  /** A health check, nothing to complain about. */
  readonly quiet: boolean
}

export type GateAnswer =
  | { readonly status: 'more' }
  | { readonly status: 'open'; readonly arrival: Arrival; readonly rest: Buffer; readonly log: readonly string[] }
  | { readonly status: 'refused'; readonly refusal: Refusal; readonly header: ProxyHeader | undefined }

const nothing = Buffer.alloc(0)

/** The header policy of one listener, its networks read once. */
export class HeaderRule {
  readonly #allow: BlockList | undefined
  readonly #deny: BlockList | undefined

  constructor(readonly policy: HeaderPolicy) {
    this.#allow = networks(policy.allow)
    this.#deny = networks(policy.deny)
  }

  gate(peer: Address): HeaderGate {
    return new HeaderGate(this, peer)
  }

  /** Why this client address is refused. */
  refuses({ address }: Address): string | undefined {
    const family = isIP(address)
    if (family === 0) return this.#allow ? `${printable(address)} is not an address of an allowed network` : undefined
    const kind = family === 6 ? 'ipv6' : 'ipv4'
    if (this.#deny?.check(address, kind)) return `${address} is denied`
    if (this.#allow && !this.#allow.check(address, kind)) return `${address} is not in an allowed network`
    return undefined
  }
}

/** `10.0.0.0/8`, `2001:db8::/32`, or one address. */
function networks(list: readonly string[]): BlockList | undefined {
  if (list.length === 0) return undefined
  const found = new BlockList()
  for (const one of list) {
    const [address = '', bits] = one.split('/')
    const kind = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) found.addAddress(address, kind)
    else found.addSubnet(address, Number(bits), kind)
  }
  return found
}

/** Comes before MQTT on one connection: reads the PROXY header and decides by the policy (PP 2). */
export class HeaderGate {
  readonly #decoder: Decoder
  /** The beginning of what came, for messages. */
  #begun: Buffer = nothing

  constructor(
    readonly rule: HeaderRule,
    readonly peer: Address,
  ) {
    this.#decoder = new Decoder({ accept: rule.policy.accept })
  }

  push(chunk: Buffer): GateAnswer {
    const { policy } = this.rule
    if (policy.mode === 'off') return this.#open(undefined, chunk)
    if (this.#begun.length === 0) this.#begun = chunk
    else if (this.#begun.length < 64) this.#begun = Buffer.concat([this.#begun, chunk.subarray(0, 64)])
    // Neither 0x0D nor "P": no header, and where it is optional none is wanted.
    if (policy.mode === 'optional' && this.#begun[0] !== 0x0d && this.#begun[0] !== 0x50)
      return this.#open(undefined, chunk)
    const decoded = this.#decoder.push(chunk)
    if (decoded.status === 'more') return decoded
    if (decoded.status === 'error') return this.#error(decoded.error, chunk)
    const rest = this.#decoder.rest
    return this.#judge(decoded.header, Buffer.from(rest.buffer, rest.byteOffset, rest.length))
  }

  /** The time is up before the header was whole. */
  late(): Refusal {
    const seconds = this.rule.policy.timeoutMs / 1000
    const came = this.#begun.length
    return refusal(
      'MP-HDR-TIMEOUT',
      came === 0 ? `no byte within ${seconds} s` : `no whole PROXY header within ${seconds} s`,
      {
        log: ['Client (null) [(null):0] disconnected: exceeded timeout.'],
      },
    )
  }

  /** The peer closed before the header was whole. */
  gone(): Refusal {
    const log = ['Client (null) [(null):0] disconnected: connection closed by client.']
    return this.#begun.length === 0
      ? refusal('MP-CLOSED', 'closed by peer without a byte', { log, quiet: true })
      : refusal('MP-HDR-CUT', `closed by peer inside the PROXY header, after ${this.#begun.length} bytes`, { log })
  }

  #error(error: HeaderError, chunk: Buffer): GateAnswer {
    if (this.rule.policy.manner === 'mosquitto') {
      const unix = shortUnix(error, chunk)
      if (unix) return this.#open(undefined, unix.rest, { address: unix.path, port: 0 })
    }
    const found = recognise(this.#begun)
    const bytes = [...this.#begun.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const log = corruptLines(this.rule.policy.accept, this.#begun, error)
    if (error.code === 'MP-HDR-SIGNATURE') {
      const reason = `no PROXY header: first bytes ${bytes}${found === undefined ? '' : ` are ${found}`}`
      const hint = 'the sender skipped send-proxy-v2, or a client reached this port directly'
      return { status: 'refused', refusal: refusal('MP-NO-HEADER', reason, { hint, log }), header: undefined }
    }
    const reason = `${error.message} (offset ${error.offset}, ${error.clause})`
    return {
      status: 'refused',
      refusal: refusal(error.code, reason, { hint: hintFor(error, this.rule.policy.accept), log }),
      header: undefined,
    }
  }

  #judge(header: ProxyHeader, rest: Buffer): GateAnswer {
    const refused = (one: Refusal): GateAnswer => ({ status: 'refused', refusal: one, header })
    const { policy } = this.rule
    const client = header.source ?? this.peer
    const where = `${printable(client.address)}:${client.port}`
    if (policy.manner === 'mosquitto') {
      const manner = mannerRefuses(header)
      if (manner === 'local') {
        return refused(refusal('MP-LOCAL', 'LOCAL (health check), closed as Mosquitto does', { quiet: true }))
      }
      if (manner) return refused(refusal('MP-HDR-MANNER', manner, { log: [corruptLine(header)] }))
    }
    const denied = this.rule.refuses(client)
    if (denied !== undefined) {
      return refused(
        refusal('MP-DENIED', `client address ${denied}`, {
          log: [`Connection from ${where} rejected, client address denied.`],
        }),
      )
    }
    const tls = policy.requireTls || policy.requireCertificate ? tlsRefusal(header, policy, where) : undefined
    if (tls) return refused(tls)
    const cn = policy.cnAsUsername ? header.ssl?.cn : undefined
    if (cn !== undefined && /[\u0000-\u001f\u007f-\u009f\ufffd]/.test(cn)) {
      return refused(
        refusal('MP-CN', `the certificate name holds control characters: ${quoted(cn)}`, {
          log: [`Connection from ${where} rejected, corrupt PROXY header.`],
        }),
      )
    }
    return this.#open(header, rest, client, cn === '' ? undefined : cn)
  }

  #open(header: ProxyHeader | undefined, rest: Buffer, client: Address = this.peer, cn?: string): GateAnswer {
    const { policy } = this.rule
    const takesCn = policy.mode !== 'off' && policy.cnAsUsername && !(policy.cnOptional && cn === undefined)
    const identity = takesCn ? { username: cn, proven: false } : undefined
    const { ssl } = header ?? {}
    const log =
      ssl?.version !== undefined && ssl.cipher !== undefined
        ? [
            `Connection from ${printable(client.address)}:${client.port} negotiated ${printable(ssl.version)} cipher ${printable(ssl.cipher)}`,
          ]
        : []
    return { status: 'open', arrival: { peer: this.peer, client, header, tls: undefined, identity }, rest, log }
  }
}

/** PP 2.2.6: the bits tell, not the presence of the TLV. */
function tlsRefusal(header: ProxyHeader, policy: HeaderPolicy, where: string): Refusal | undefined {
  const { ssl } = header
  if (policy.requireTls && !ssl?.ssl) {
    const reason = ssl
      ? 'TLS required, but the SSL TLV says the client did not use it (client bits 0x00)'
      : 'TLS required, but the header has no SSL TLV'
    return refusal('MP-TLS-REQUIRED', reason, {
      hint: ssl
        ? 'the frontend accepts plain connections: add "ssl" to its bind line'
        : 'use send-proxy-v2-ssl on the server line',
      log: [`Connection from ${where} rejected, client did not connect using TLS.`],
    })
  }
  if (!policy.requireCertificate || (ssl?.ssl && ssl.certSess && ssl.verify === 0)) return undefined
  const log = [`Connection from ${where} rejected, client did not provide a certificate.`]
  if (!ssl?.certSess) {
    return refusal('MP-CERT-REQUIRED', 'a client certificate is required, the header reports none', {
      hint: 'add "verify required ca-file ..." to the bind line and send-proxy-v2-ssl-cn to the server line',
      log,
    })
  }
  const why = ssl.ssl ? `verify ${ssl.verify}` : 'the SSL bit is not set'
  return refusal('MP-CERT-VERIFY', `the client certificate was not verified (${why})`, {
    hint: 'the bind line ignores verification errors (crt-ignore-err, ca-ignore-err)',
    log,
  })
}

function hintFor(error: HeaderError, accept: readonly Version[]): string | undefined {
  if (error.code !== 'MP-HDR-NOT-ACCEPTED') return undefined
  return accept.includes(2) ? 'use send-proxy-v2 instead of send-proxy' : 'use send-proxy instead of send-proxy-v2'
}

function refusal(
  code: string,
  reason: string,
  more: { readonly hint?: string | undefined; readonly log?: readonly string[]; readonly quiet?: boolean } = {},
): Refusal {
  return { code, reason, hint: more.hint, log: more.log ?? [], quiet: more.quiet ?? false }
}
