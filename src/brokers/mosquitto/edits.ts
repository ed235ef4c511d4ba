import { deleteLine, insertBelow, replaceAt } from '../../config/edit.js'
import { hostOf } from '../../kernel/address.js'
import type { TextEdit } from '../../kernel/result.js'
import type { Edit, ListenerEdits } from '../listener.js'
import type { MosquittoListener } from './view.js'

export function editsOf(listener: MosquittoListener): ListenerEdits {
  const { line, endpoint } = listener
  const known = endpoint.kind === 'tcp' && endpoint.port !== undefined ? String(endpoint.port) : undefined
  const version = listener.settings.get('enable_proxy_protocol')
  return {
    enableHeader: (wanted) => {
      const text = `enable_proxy_protocol ${wanted}`
      if (version === undefined) return { text, edits: [addToListener(listener, text)] }
      return { text, edits: [replaceAt(version.valueSpan, String(wanted))] }
    },
    disableHeader: () => version && { text: `no ${version.name}`, edits: [deleteLine(version.line.span)] },
    setPort: (port) => {
      if (line?.value === undefined || line.valueSpan === undefined || known === undefined) return undefined
      const at = line.value.indexOf(known)
      if (at < 0) return undefined
      const column = line.valueSpan.column + at
      const span = { ...line.valueSpan, column, endColumn: column + known.length }
      return { text: `port ${port}`, edits: [replaceAt(span, String(port))] }
    },
    setLoopback: (): Edit | undefined => {
      if (line?.value === undefined || line.valueSpan === undefined || known === undefined || line.key === 'port')
        return undefined
      const [port = '', ...rest] = line.value.split(/ +/)
      const kept = rest[0] !== undefined && hostOf(rest[0]) === undefined ? rest.slice(1) : rest
      const value = [port, '127.0.0.1', ...kept].join(' ')
      return { text: `listener ${value}`, edits: [replaceAt(line.valueSpan, value)] }
    },
  }
}

/** A line below a listener's last own line. */
export function addToListener(listener: MosquittoListener, text: string): TextEdit {
  const own = [...listener.settings.values()].map((one) => one.line.span)
  const last = own.reduce((a, b) => (b.file === a.file && b.line > a.line ? b : a), listener.span)
  return insertBelow(last, text)
}
