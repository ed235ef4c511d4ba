import { readLiteral } from '../../capture/literals.js'
import { packetOf, readDumps } from '../../capture/text-dump.js'
import { isFile, readInput } from '../../host/files/input.js'
import { Fault, messageOf } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import type { HeaderDocument } from '../../proxy-header/describe.js'
import {
  Decoder,
  decode,
  type Explained,
  explain,
  type HeaderError,
  headerDocument,
  type Remark,
  recognise,
  remarks,
} from '../../proxy-header/index.js'
import { bytesOfBase64, bytesOfHex, bytesOfTyped, detectForm, type InputForm } from './input.js'
import { type CapturedStream, HeaderCapture } from './pcap.js'

/** Most text that is read for one header: 65551 bytes as `0x0d, ` or as a dump, and some. */
const textLimit = 1 << 20

export interface DecodeRequest {
  /** Hexadecimal, base64 or typed text, a file, or `-`. */
  readonly input: string
  readonly from: InputForm | 'auto'
  readonly strict: boolean
}

/** One header, or what was found in its place. */
export interface HeaderReading {
  /** The captured connection; `undefined` outside captures. */
  readonly flow: string | undefined
  readonly explained: Explained
  readonly error: HeaderError | undefined
  /** What the bytes are when they are no header, to follow "these bytes are". */
  readonly recognised: string | undefined
  /** Asked for with `strict`. */
  readonly remarks: readonly Remark[]
  /** The whole input was read: nothing can follow. */
  readonly ended: boolean
}

export interface Decoding {
  readonly readings: readonly HeaderReading[]
  /** Streams of a capture that begin with something else. */
  readonly others: readonly string[]
  readonly capture: boolean
}

/**
 * Reads a header from any input; reading stops where the header ends.
 * @throws Fault MP-INPUT or MP-EMPTY (exit 2)
 */
export async function decodeInput(request: DecodeRequest): Promise<Decoding> {
  const { input, from } = request
  if (input !== '-' && !isFile(input))
    return ofTyped(input, request) ?? single(readingOf(typedBytes(input, from), request.strict, true))
  const chunks = readInput(input)
  const head = await firstBytes(chunks)
  if (head === undefined) {
    throw new Fault('MP-EMPTY', `${input === '-' ? 'stdin' : input} is empty`, { exit: EXIT.usage })
  }
  const form = from === 'auto' ? detectForm(head) : from
  if (form === 'pcap') return capture(head, chunks, request.strict)
  if (form === 'raw') return single(await rawReading(head, chunks, request.strict))
  const text = await readText(head, chunks)
  const dumped = form === 'hex' ? ofDump(text, request.strict) : undefined
  if (dumped !== undefined) return dumped
  return single(readingOf(textBytes(text, form, input === '-' ? 'stdin' : input), request.strict, true))
}

function ofTyped(input: string, { from, strict }: DecodeRequest): Decoding | undefined {
  return from === 'auto' || from === 'hex' ? ofDump(input, strict) : undefined
}

/** Packets in a text dump are read as a capture is: without the headers of their link, of IP and of TCP. */
function ofDump(text: string, strict: boolean): Decoding | undefined {
  const dumps = readDumps(text)
  const whole = dumps.length > 0 ? dumps : [bytesOfHex(text) ?? new Uint8Array()]
  const packets = whole.flatMap((bytes) => packetOf(bytes) ?? [])
  if (packets.length === 0) return undefined
  const reader = new HeaderCapture()
  return captured([...reader.packets(packets), ...reader.end()], strict)
}

function single(reading: HeaderReading): Decoding {
  return { readings: [reading], others: [], capture: false }
}

function typedBytes(input: string, from: InputForm | 'auto'): Uint8Array {
  const literal = from === 'auto' && /^\s*(?:b?["']|<<|\w+\s*=)/.test(input) ? readLiteral(input) : undefined
  if (literal !== undefined) return literal
  const typed = bytesOfTyped(input)
  const form = from === 'auto' ? detectForm(typed) : from
  if (form === 'pcap') throw unreadable(`no such file: ${input}`)
  const bytes = form === 'raw' ? typed : textBytes(input, form, 'the argument')
  if (bytes.length === 0) throw new Fault('MP-EMPTY', 'the input is empty', { exit: EXIT.usage })
  const looksLikeName =
    from === 'auto' && form === 'raw' && decode(bytes).status === 'error' && /^[\w./-]+$/.test(input)
  if (looksLikeName) throw unreadable(`"${input}" is neither a file nor hexadecimal or base64 text`)
  return bytes
}

function textBytes(text: string, form: InputForm, what: string): Uint8Array {
  const bytes = form === 'base64' ? bytesOfBase64(text) : (readLiteral(text) ?? bytesOfHex(text))
  if (bytes === undefined) throw unreadable(`${what}: no ${form === 'base64' ? 'base64' : 'hexadecimal'} text`)
  return bytes
}

function unreadable(message: string): Fault {
  return new Fault('MP-INPUT', message, { exit: EXIT.usage, hints: ['say what it is: --from hex|raw|base64|pcap'] })
}

/** The first bytes that are not nothing. */
async function firstBytes(chunks: AsyncGenerator<Uint8Array>): Promise<Uint8Array | undefined> {
  for (;;) {
    const { done, value } = await chunks.next()
    if (done) return undefined
    if (value.length > 0) return value
  }
}

async function rawReading(
  head: Uint8Array,
  chunks: AsyncGenerator<Uint8Array>,
  strict: boolean,
): Promise<HeaderReading> {
  const decoder = new Decoder()
  const parts = [head]
  let decoded = decoder.push(head)
  let ended = false
  while (decoded.status === 'more' && !ended) {
    const { done, value } = await chunks.next()
    ended = done === true
    if (value) {
      parts.push(value)
      decoded = decoder.push(value)
    }
  }
  await chunks.return(undefined)
  return readingOf(Buffer.concat(parts), strict, ended)
}

async function readText(head: Uint8Array, chunks: AsyncGenerator<Uint8Array>): Promise<string> {
  const parts = [head]
  let length = head.length
  while (length < textLimit) {
    const { done, value } = await chunks.next()
    if (done) break
    parts.push(value)
    length += value.length
  }
  await chunks.return(undefined)
  const text = Buffer.concat(parts).toString('latin1')
  return length < textLimit ? text : text.slice(0, text.search(/\s\S*$/))
}

async function capture(head: Uint8Array, chunks: AsyncGenerator<Uint8Array>, strict: boolean): Promise<Decoding> {
  const reader = new HeaderCapture()
  const streams: CapturedStream[] = []
  try {
    streams.push(...reader.push(head))
    for await (const chunk of chunks) streams.push(...reader.push(chunk))
  } catch (error) {
    if (error instanceof Fault) throw error
    throw unreadable(`the capture cannot be read: ${messageOf(error)}`)
  }
  return captured([...streams, ...reader.end()], strict)
}

function captured(all: readonly CapturedStream[], strict: boolean): Decoding {
  const isOther = ({ decoded }: CapturedStream) =>
    decoded.status === 'error' && decoded.error.code === 'MP-HDR-SIGNATURE'
  const readings = all.filter((one) => !isOther(one)).map((one) => readingOf(one.bytes, strict, false, one.flow))
  const others = all.filter(isOther).map(({ flow, bytes }) => `${flow}: ${recognise(bytes) ?? 'something else'}`)
  return { readings, others, capture: true }
}

function readingOf(bytes: Uint8Array, strict: boolean, ended: boolean, flow?: string): HeaderReading {
  const explained = explain(bytes)
  const { decoded } = explained
  const error =
    decoded.status === 'error' ? decoded.error : decoded.status === 'more' ? cutOff(bytes, decoded.missing) : undefined
  return {
    flow,
    explained,
    error,
    recognised: error === undefined ? undefined : recognise(bytes),
    remarks: strict ? remarks(bytes) : [],
    ended,
  }
}

function cutOff(bytes: Uint8Array, missing: number): HeaderError {
  const message = `the header ends here; at least ${missing} further ${missing === 1 ? 'byte' : 'bytes'} must follow`
  return { code: 'MP-HDR-TRUNCATED', offset: bytes.length, clause: 'PP 2.2', message }
}

/** What `--json` prints of one reading: the header, or why there is none. */
export interface ReadingDocument extends Partial<HeaderDocument> {
  /** The connection of a capture that it stands in. */
  readonly flow?: string
  readonly ok: boolean
  readonly error?: HeaderError & { readonly recognised: string | undefined }
  /** Bytes behind the header. */
  readonly rest?: number
  /** What they are. */
  readonly restIs?: string | undefined
  /** With `--strict`: what is legal but not as the specification recommends. */
  readonly remarks?: HeaderReading['remarks']
}

export function readingDocument(reading: HeaderReading): ReadingDocument {
  const { explained, error, recognised, flow } = reading
  const { decoded, rest } = explained
  if (error) return { ...(flow && { flow }), ok: false, error: { ...error, recognised } }
  if (decoded.status !== 'header') return { ok: false }
  const strict = reading.remarks.length > 0 ? { remarks: reading.remarks } : {}
  return {
    ...(flow && { flow }),
    ok: reading.remarks.length === 0,
    ...headerDocument(decoded.header),
    rest: rest.length,
    restIs: recognise(rest),
    ...strict,
  }
}
