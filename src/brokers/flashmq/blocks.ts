import type { EntryLine } from '../../config/entries.js'

/** A `listen { ... }` of a flashmq.conf. */
export interface ListenBlock {
  /** Absent for the listener that FlashMQ opens when the file has none. */
  readonly head: EntryLine | undefined
  /** Its settings, in the order of the file. */
  readonly lines: readonly EntryLine[]
  /** By name; of two lines the last one counts. */
  readonly settings: ReadonlyMap<string, EntryLine>
}

export interface FlashmqBlocks {
  readonly listen: readonly ListenBlock[]
  /** Settings outside of blocks. */
  readonly global: ReadonlyMap<string, EntryLine>
}

export function blocksOf(lines: readonly EntryLine[]): FlashmqBlocks {
  const global = new Map<string, EntryLine>()
  const listen: ListenBlock[] = []
  let open: { readonly lines: EntryLine[]; readonly settings: Map<string, EntryLine> } | undefined
  for (const line of lines) {
    if (line.key === undefined) continue
    if (line.value === '{') {
      open = { lines: [], settings: new Map() }
      if (line.key === 'listen') listen.push({ head: line, ...open })
    } else if (line.key === '}') open = undefined
    else {
      open?.lines.push(line)
      ;(open?.settings ?? global).set(line.key, line)
    }
  }
  // Without any block FlashMQ opens one listener for MQTT.
  if (listen.length === 0) listen.push({ head: undefined, lines: [], settings: new Map() })
  return { listen, global }
}

export function isTrue(word: string | undefined): boolean {
  return word !== undefined && /^(?:on|yes|true)$/i.test(word.trim())
}

export function isFalse(word: string | undefined): boolean {
  return word !== undefined && /^(?:off|no|false)$/i.test(word.trim())
}

/** The line that decides about headers: `off` does not take back an `on` above it (measured on 1.26.2). */
export function haproxyLine({ lines, settings }: ListenBlock): EntryLine | undefined {
  return lines.findLast((one) => one.key === 'haproxy' && !isFalse(one.value)) ?? settings.get('haproxy')
}

export function endsTls({ settings }: ListenBlock): boolean {
  return settings.has('fullchain') || settings.has('privkey')
}
