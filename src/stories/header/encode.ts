import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import type { HeaderDocument } from '../../proxy-header/describe.js'
import { decode, defectNamed, encode, headerDocument, hexOf, joined, malform } from '../../proxy-header/index.js'
import type { Decoded } from '../../proxy-header/types.js'
import { type HeaderFlagValues, headerSpec, type ProxyKind } from './spec.js'

export const encodeFormats = ['raw', 'hex', 'base64', 'c', 'js', 'json'] as const
export type EncodeFormat = (typeof encodeFormats)[number]

export interface EncodeRequest {
  readonly kind: Exclude<ProxyKind, 'none'>
  readonly flags: HeaderFlagValues
  /** Names of defects, in the order they are applied. */
  readonly malform: readonly string[]
}

/** The bytes that the flags ask for. */
export function encodeHeader(request: EncodeRequest): Uint8Array {
  const header = encode(headerSpec(request.kind, request.flags))
  const timing = request.malform.find((name) => defectNamed(name)?.timing)
  if (timing !== undefined) {
    throw new Fault('MP-DEFECT', `${timing} changes how bytes are sent, not the bytes`, {
      exit: EXIT.usage,
      hints: [`mqtt-proxy send TARGET --malform ${timing}`],
    })
  }
  return request.malform.length === 0 ? header : joined(malform(header, request.malform))
}

/** What `header encode --json` prints. */
export interface EncodedDocument {
  readonly schema: 1
  readonly ok: true
  readonly hex: string
  readonly base64: string
  /** Bytes. */
  readonly length: number
  /** The header as `header decode` reads it, or why it is none (asked for with `--malform`). */
  readonly header: HeaderDocument | Exclude<Decoded, { readonly status: 'header' }>
}

export function encodedDocument(bytes: Uint8Array): EncodedDocument {
  const decoded = decode(bytes)
  const header = decoded.status === 'header' ? headerDocument(decoded.header) : decoded
  return { schema: 1, ok: true, hex: hexOf(bytes), base64: base64(bytes), length: bytes.length, header }
}

/** The bytes in one of the text formats, without a line end. */
export function formatBytes(bytes: Uint8Array, format: Exclude<EncodeFormat, 'raw'>): string {
  if (format === 'hex') return hexOf(bytes)
  if (format === 'base64') return base64(bytes)
  if (format === 'json') return JSON.stringify(encodedDocument(bytes))
  const numbers = Array.from(bytes, (byte) => `0x${byte.toString(16).padStart(2, '0')}`)
  const lines: string[] = []
  for (let i = 0; i < numbers.length; i += 12) lines.push(`  ${numbers.slice(i, i + 12).join(', ')},`)
  const body = lines.join('\n')
  return format === 'c'
    ? `static const unsigned char proxy_header[${bytes.length}] = {\n${body}\n};`
    : `const proxyHeader = Uint8Array.of(\n${body}\n)`
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
