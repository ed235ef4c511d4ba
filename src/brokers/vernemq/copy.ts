import type { EntryLine } from '../../config/entries.js'
import type { CopyTarget } from '../copy.js'
import { certificateLine, changed, leaveEntry, moved } from '../copy-lines.js'
import { cuttlefishCopier } from '../cuttlefish-copy.js'
import { keptVernemq, vernemqReach } from './kept.js'

export const copy = cuttlefishCopier('vernemq.conf', { line: vernemqLine })

function vernemqLine(one: EntryLine, key: string, to: CopyTarget): EntryLine[] {
  const value = one.value ?? ''
  const transport = /^listener\.(tcp|ssl|ws|wss|vmq|vmqs|http|https)\.[^.]+$/.test(key)
  if (transport && /:\d+$/.test(value)) return [changed(one, moved(value, to))]
  const local = /^local:([^:]+)(:\d+)?$/.exec(value)
  if (transport && local?.[1] !== undefined) return [changed(one, `local:${to.socket(local[1])}${local[2] ?? ''}`)]
  const certified = certificateLine(one, key, to)
  if (certified !== undefined) return [certified]
  if (key === 'vmq_passwd.password_file') return [changed(one, to.data(value, one.span, ''))]
  if (key === 'vmq_acl.acl_file') return [changed(one, to.data(value, one.span, 'topic #\npattern #\n'))]
  if (/^vmq_(passwd|acl)\.\w+_interval$/.test(key) || /^plugins\.vmq_(passwd|acl)$/.test(key)) return [one]
  if (/file$/.test(key)) return leaveEntry(one, 'opens a file', to)
  if (keptVernemq.test(key) || (/^plugins\.[a-z_]+$/.test(key) && value === 'off')) return [one]
  return leaveEntry(one, vernemqReach(key, value), to)
}
