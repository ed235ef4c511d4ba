import {
  describeHeader,
  type Explained,
  type Field,
  type HeaderError,
  type Remark,
  recognise,
} from '../../proxy-header/index.js'
import type { Style } from '../../report/style.js'

/** Annotated headers as text. Pure. */

const perRow = 12
/** Rows of one field before it is cut short, unless everything is asked for. */
const rowLimit = 6

export interface DumpOptions {
  /** Every byte of long fields. */
  readonly all: boolean
  readonly style: Style
  readonly remarks?: readonly Remark[]
  readonly ended?: boolean
}

/** The summary line, the dump, what follows, remarks. */
export function dumpText(explained: Explained, { all, style, remarks = [], ended = true }: DumpOptions): string {
  const { decoded, fields, rest } = explained
  const lines: string[] = []
  if (decoded.status === 'header') lines.push(style.bold(describeHeader(decoded.header)), '')
  lines.push(...fields.flatMap((field) => fieldRows(field, all, style)))
  if (decoded.status === 'header') lines.push(`${decoded.length} bytes, ${after(rest, ended)}`)
  for (const { offset, clause, message } of remarks)
    lines.push(style.warn(`not strict at ${hexOffset(offset)}: ${message} (${clause})`))
  return lines.join('\n')
}

function fieldRows(field: Field, all: boolean, style: Style): string[] {
  const indent = '  '.repeat(field.depth)
  const rows: string[] = []
  for (let at = 0; at < field.bytes.length || at === 0; at += perRow) {
    if (rows.length === rowLimit && !all) {
      rows.push(`${' '.repeat(6)}${indent}… ${field.bytes.length - at} more bytes`)
      break
    }
    const hex = Array.from(field.bytes.subarray(at, at + perRow), (byte) => byte.toString(16).padStart(2, '0')).join(
      ' ',
    )
    const offset = (field.offset + at).toString(16).padStart(4, '0')
    const note = at === 0 ? `  ${indent}${style.name(field.name.padEnd(20))} ${markedValue(field, style)}` : ''
    rows.push(`${style.dim(offset)}  ${at === 0 ? (indent + hex).padEnd(39) : indent + hex}${note}`.trimEnd())
  }
  return rows
}

function markedValue({ value }: Field, style: Style): string {
  return /^(?:wrong|cut off|not )/.test(value) ? style.bad(value) : value
}

function after(rest: Uint8Array, ended: boolean): string {
  if (rest.length === 0) return ended ? 'nothing after the header' : 'not read any further'
  const what = recognise(rest)
  return `then ${ended ? '' : 'at least '}${rest.length} more${what ? `: ${what}` : ''}`
}

/** `MP-HDR-TLV at offset 0x1c: ... (PP 2.2)`. */
export function errorText({ code, offset, message, clause }: HeaderError): string {
  return `${code} at offset ${hexOffset(offset)}: ${message} (${clause})`
}

function hexOffset(offset: number): string {
  return `0x${offset.toString(16).padStart(2, '0')}`
}
