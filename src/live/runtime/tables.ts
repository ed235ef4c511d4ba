/** `show info`: `Name: value` lines. */
export type Info = ReadonlyMap<string, string>

/** `undefined` where the text is no answer of HAProxy's to `show info`. */
export function parseInfo(text: string): Info | undefined {
  const rows = text.split('\n').flatMap((line) => {
    const at = line.indexOf(':')
    return at > 0 ? [[line.slice(0, at), line.slice(at + 1).trim()] as const] : []
  })
  const info = new Map(rows)
  return info.get('Name') === 'HAProxy' && info.has('Version') ? info : undefined
}

/** A counter of `show info`; `undefined` where this release has none of that name. */
export function numberOf(info: Info, name: string): number | undefined {
  const text = info.get(name)
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

/** A row of `show stat`, by the names in its head. */
export type StatRow = ReadonlyMap<string, string>

/** `show stat`: CSV with a head that begins with `# `. */
export function parseStat(text: string): readonly StatRow[] {
  const [head, ...lines] = text.split('\n').filter((line) => line !== '')
  if (head === undefined || !head.startsWith('# pxname,')) return []
  const names = fields(head.slice(2))
  return lines.map((line) => {
    const values = fields(line)
    return new Map(names.map((name, at) => [name, values[at] ?? '']))
  })
}

/** A counter of `show stat`; `undefined` where it is empty or not there. */
export function counter(row: StatRow, name: string): number | undefined {
  const text = row.get(name)
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

/** Names in double quotes hold commas; a quote in them is doubled. */
function fields(line: string): readonly string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '',
  )
}

/** A process of the master's `show proc`. */
export interface Worker {
  readonly pid: number
  readonly old: boolean
  /** Reloads since it was started. */
  readonly reloads: number
  /** As HAProxy writes it: `0d00h00m11s`. */
  readonly uptime: string
}

/** `undefined` where the text is no answer to `show proc`: the socket is not the master's. */
export function parseWorkers(text: string): readonly Worker[] | undefined {
  if (!/^#<PID>/m.test(text)) return undefined
  const old = text.indexOf('# old workers')
  return [...text.matchAll(/^(\d+)\s+worker\s+(\d+)\s+(\S+)/gm)].map(
    ({ index, 1: pid, 2: reloads, 3: uptime = '' }) => ({
      pid: Number(pid),
      reloads: Number(reloads),
      uptime,
      old: old >= 0 && index > old,
    }),
  )
}

/** A certificate of `show ssl cert NAME`. */
export interface LiveCertificate {
  readonly name: string
  /** Milliseconds since 1970. */
  readonly notAfter: number
  readonly subject: string | undefined
}

/** The names of `show ssl cert`; those of an unfinished transaction begin with `*`. */
export function parseCertificateNames(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('*'))
}

export function parseCertificate(name: string, text: string): LiveCertificate | undefined {
  const notAfter = Date.parse(/^notAfter: (.+)$/m.exec(text)?.[1] ?? '')
  if (Number.isNaN(notAfter)) return undefined
  return { name, notAfter, subject: /^Subject: (.+)$/m.exec(text)?.[1] }
}
