import { copiedFile } from '../../config/copied-file.js'
import { type EntryLine, entry, renderEntries } from '../../config/entries.js'
import type { Copier, CopyTarget } from '../copy.js'
import { changed, leaveEntry } from '../copy-lines.js'
import { blocksOf, type ListenBlock } from './blocks.js'
import { flashmqReach, keptFlashmq } from './kept.js'
import { endpointsOf } from './listeners.js'
import { parseFlashmq } from './parse.js'

/** Where a block listens is written again, behind its first line; bridges are left out. */
const placing = /^(?:port|inet_protocol|inet[46]_bind_address|unix_socket_(?:path|user|group|mode))$/

/** What `include_dir` brings in replaces it, in one file. */
export const copy: Copier = (text, file, reading) => {
  const { document, lines } = parseFlashmq(text, file, reading)
  return {
    refused: [],
    copy: (to, suffix) => {
      const kept = linesOf(lines, to)
      return [copiedFile(`flashmq${suffix}.conf`, file, renderEntries({ ...document, lines: kept }), kept)]
    },
  }
}

function linesOf(all: readonly EntryLine[], to: CopyTarget): EntryLine[] {
  const { listen } = blocksOf(all)
  const blocks = new Map(listen.map((one) => [one.head, one]))
  let inside: string | undefined
  const lines = all.flatMap((one): readonly EntryLine[] => {
    const { key } = one
    if (key === undefined) return inside === 'bridge' ? [] : [one]
    if (one.value === '{') {
      inside = key
      if (key === 'bridge') return leaveEntry(one, 'connects elsewhere', to)
      const block = blocks.get(one)
      return block === undefined ? [one] : [one, ...placed(block, to)]
    }
    if (key === '}') {
      const left = inside === 'bridge'
      inside = undefined
      return left ? [] : [one]
    }
    if (inside === 'bridge' || (inside === 'listen' && placing.test(key))) return []
    return flashmqLine(one, key, to)
  })
  const implied = blocks.get(undefined)
  return implied === undefined ? lines : [...lines, entry('listen', '{'), ...placed(implied, to), entry('}', '')]
}

function placed(block: ListenBlock, to: CopyTarget): EntryLine[] {
  const said = (key: string, value: string): EntryLine => {
    const line = block.settings.get(key) ?? block.head
    return { ...entry(key, value), ...(line !== undefined && { span: line.span }) }
  }
  const places = endpointsOf(block).flatMap((one) => to.place(one) ?? [])
  const [first] = places
  if (first === undefined) return []
  if ('path' in first) return [said('inet_protocol', 'unix'), said('unix_socket_path', first.path)]
  const hosts = places.flatMap((one) => ('path' in one ? [] : [one.host]))
  const four = hosts.find((one) => !one.includes(':'))
  const six = hosts.find((one) => one.includes(':'))
  return [
    said('inet_protocol', four === undefined ? 'ip6' : six === undefined ? 'ip4' : 'ip4_ip6'),
    ...(four === undefined ? [] : [said('inet4_bind_address', four)]),
    ...(six === undefined ? [] : [said('inet6_bind_address', six)]),
    said('port', String(first.port)),
  ]
}

function flashmqLine(one: EntryLine, key: string, to: CopyTarget): readonly EntryLine[] {
  const value = one.value ?? ''
  switch (key) {
    case 'fullchain':
      return [changed(one, to.certificate(value, 'certificate'))]
    case 'privkey':
      return [changed(one, to.certificate(value, 'key'))]
    case 'client_verification_ca_file':
    case 'client_verification_ca_dir':
      return [{ ...changed(one, to.certificate(value, 'client CA')), key: 'client_verification_ca_file' }]
    // No password matches, and every client may do everything: a missing file must not cause a failure.
    case 'mosquitto_password_file':
      return [changed(one, to.data(value, one.span, ''))]
    case 'mosquitto_acl_file':
      return [changed(one, to.data(value, one.span, 'topic readwrite #\npattern readwrite #\n'))]
  }
  if (keptFlashmq.has(key)) return [one]
  const reach = flashmqReach(key)
  if (reach !== undefined) return leaveEntry(one, reach, to)
  // FlashMQ itself says that there is no such option; without its value it opens nothing.
  to.leaveOut({ span: one.span, what: key, reach: 'is not known to mqtt-proxy' })
  return [changed(one, 'on')]
}
