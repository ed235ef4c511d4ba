import { type CopiedFile, copiedFile } from '../../config/copied-file.js'
import { type EntryDocument, type EntryLine, entry, renderEntries } from '../../config/entries.js'
import type { Reach } from '../../config/left-out.js'
import { hostOf } from '../../kernel/address.js'
import type { Copier, CopyTarget } from '../copy.js'
import { certificateLine, changed, leaveEntry, movedPort } from '../copy-lines.js'
import { isPluginOption, keptMosquitto, mosquittoReach } from './kept.js'
import { mosquittoOption } from './options.js'
import { type Included, type MosquittoParsed, parseMosquitto } from './parse.js'

export const copy: Copier = (text, file, reading = {}) => {
  const parsed = parseMosquitto(text, file, reading.readInclude)
  return {
    refused: parsed.problems.filter((one) => /^include-(loop|nested)$/.test(one.code)),
    copy: (to, suffix) => filesOf(parsed, to, suffix),
  }
}

/** The main file, and what its `include_dir` lines bring in, a folder each. */
function filesOf(
  { document, included }: MosquittoParsed,
  to: CopyTarget,
  suffix: string,
): [CopiedFile, ...CopiedFile[]] {
  const folders = new Map(included.map((one, at) => [one.at, `include${suffix}-${at + 1}`]))
  const own = included.some(opensListeners) ? [] : usualPort(document, to)
  const lines = [...linesOf(document, to), ...own].flatMap((line) => {
    if (line.key !== 'include_dir') return [line]
    const folder = folders.get(line)
    if (folder !== undefined && included.some((one) => one.at === line && one.documents.length > 0)) {
      return [changed(line, to.path(folder))]
    }
    const instead = 'not on this machine, or empty: what it holds did not run'
    to.leaveOut({ span: line.span, what: `include_dir ${line.value ?? ''}`, reach: 'opens a file', instead })
    return []
  })
  return [
    fileOf(`mosquitto${suffix}.conf`, { ...document, lines }),
    ...included.flatMap((one) =>
      one.documents.map((inner, at) =>
        fileOf(`${folders.get(one.at)}/${at}.conf`, { ...inner, lines: linesOf(inner, to) }),
      ),
    ),
  ]
}

function fileOf(name: string, document: EntryDocument): CopiedFile {
  return copiedFile(name, document.file, renderEntries(document), document.lines)
}

function opensListeners({ documents }: Included): boolean {
  return documents.some(({ lines }) => lines.some(({ key }) => key === 'listener' || key === 'port'))
}

function linesOf({ lines }: EntryDocument, to: CopyTarget): EntryLine[] {
  return lines.flatMap((one) => (one.key === undefined ? [one] : mosquittoLine(one, one.key, to)))
}

/** The real port 1883 is never taken: what Mosquitto opens by itself gets a port of the sandbox. */
function usualPort({ lines }: EntryDocument, to: CopyTarget): EntryLine[] {
  const has = (key: string) => lines.some((one) => one.key === key)
  if (has('listener') || has('port')) return []
  return has('bind_address') ? [entry('port', movedPort('1883', to))] : defaultListener(to)
}

/** Without any listener Mosquitto serves port 1883 of loopback, and lets everybody in. */
function defaultListener(to: CopyTarget): EntryLine[] {
  const place = to.place({ kind: 'tcp', host: '127.0.0.1', port: 1883 })
  if (place === undefined || 'path' in place) return []
  return [entry('listener', `${place.port} ${place.host}`), entry('allow_anonymous', 'true')]
}

function mosquittoLine(one: EntryLine, key: string, to: CopyTarget): EntryLine[] {
  // With a tab behind it a word is the name of no option, whatever stands before the tab: Mosquitto refuses it.
  if (one.raw !== undefined && /^ *[^ ]*\t/.test(one.raw)) return [one]
  const value = one.value ?? ''
  switch (key) {
    case 'listener':
      return [changed(one, listener(value, to))]
    case 'port':
      return [changed(one, movedPort(value, to))]
    case 'bind_address':
      return [changed(one, to.host(hostOf(value)))]
    case 'capath':
      return [{ ...(certificateLine(one, 'cafile', to) ?? one), key: 'cafile' }]
    // No password matches, and every client may do everything: a missing file must not cause a failure.
    case 'password_file':
    case 'psk_file':
      return [changed(one, to.data(value, one.span, ''))]
    case 'acl_file':
      return [changed(one, to.data(value, one.span, 'topic readwrite #\npattern readwrite #\n'))]
    case 'include_dir':
      return [one]
  }
  const certified = certificateLine(one, key, to)
  if (certified !== undefined) return [certified]
  if (keptMosquitto.has(key)) return [one]
  if (isPluginOption(key)) return pluginOption(one, value, to)
  const reach = reachOf(key)
  if (reach === 'unknown') {
    // The broker itself says that there is no such option; without its value it opens nothing.
    to.leaveOut({ span: one.span, what: key, reach: 'is not known to mqtt-proxy' })
    const bare = changed(one, '')
    // An indented # is an option for Mosquitto, and one in the first column none.
    return [key.startsWith('#') ? { ...bare, raw: ` ${key}` } : bare]
  }
  return leaveEntry(one, reach, to)
}

function reachOf(key: string): Reach | 'unknown' {
  const known = mosquittoReach.get(key)
  if (known !== undefined) return known
  const option = mosquittoOption(key)
  if (option === undefined) return 'unknown'
  return option.scope === 'bridge' ? 'connects elsewhere' : 'belongs to its machine'
}

/** Where a plugin may run it gets copies of its files: what it writes stays in the sandbox. */
function pluginOption(one: EntryLine, value: string, to: CopyTarget): EntryLine[] {
  if (!to.allowExec) return leaveEntry(one, 'loads code', to)
  const isPath = /\//.test(value) || /_(file|path|db)$/.test(one.key ?? '')
  return [isPath ? changed(one, to.data(value, one.span, '')) : one]
}

function listener(value: string, to: CopyTarget): string {
  const [port = '', address] = value.split(/ +/)
  if (/^0+$/.test(port)) return address === undefined ? value : `0 ${to.socket(address)}`
  const host = address === undefined || address.startsWith('#') ? undefined : hostOf(address)
  const place = to.place({ kind: 'tcp', host, port: Number(port) })
  return place === undefined || 'path' in place ? value : `${place.port} ${place.host}`
}
