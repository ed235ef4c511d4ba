import { describeHeader } from '../../proxy-header/describe.js'
import { explain } from '../../proxy-header/explain.js'
import type { Field } from '../../proxy-header/field.js'
import { escapeHtml } from './markup.js'

/** Bytes of one field that are drawn; the rest is counted. */
const shown = 24

/** The PROXY header of a connection, byte by byte: each field with its offset, its bytes and its meaning. */
export function headerFigure(hex: string): string {
  const bytes = Uint8Array.from(hex.match(/[0-9a-f]{2}/gi) ?? [], (pair) => Number.parseInt(pair, 16))
  if (bytes.length === 0) return ''
  const { decoded, fields, rest } = explain(bytes)
  const caption =
    decoded.status === 'header'
      ? describeHeader(decoded.header)
      : decoded.status === 'error'
        ? `no header: ${decoded.error.message} (${decoded.error.clause})`
        : 'incomplete'
  const cells = fields.length > 0 ? fields.map(fieldCell) : [rawCell(0, bytes, 'bytes')]
  if (rest.length > 0) cells.push(rawCell(bytes.length - rest.length, rest, 'after the header'))
  const cut = hex.includes('…') ? ', cut short here' : ''
  return `<figure class="hdr"><figcaption><b>PROXY header on the wire</b> <span class="soft">${bytes.length} bytes${cut}</span><br>${escapeHtml(caption)}</figcaption><ol>${cells.join('')}</ol></figure>`
}

function fieldCell(field: Field): string {
  return cell(kindOf(field), field.offset, field.bytes, field.name, field.value)
}

function rawCell(offset: number, bytes: Uint8Array, name: string): string {
  return cell('raw', offset, bytes, name, `${bytes.length} bytes`)
}

function cell(kind: string, offset: number, bytes: Uint8Array, name: string, value: string): string {
  const hex = Array.from(bytes.subarray(0, shown), (byte) => byte.toString(16).padStart(2, '0')).join(' ')
  const more = bytes.length > shown ? ` +${bytes.length - shown}` : ''
  return `<li class="${kind}"><span class="off">${offset.toString(16).padStart(4, '0')}</span><b>${escapeHtml(name)}</b><code>${hex}${more}</code><span>${escapeHtml(value)}</span></li>`
}

/** Which colour a field has; its name says the same. */
function kindOf({ name, depth }: Field): string {
  if (depth === 1) return 'sub'
  if (name.startsWith('TLV')) return 'tlv'
  return /address|\bport\b|path/.test(name) ? 'adr' : 'fix'
}
