import { replaceAt } from '../config/edit.js'
import type { EntryLine } from '../config/entries.js'
import type { ConfigEndpoint } from '../kernel/address.js'
import type { ListenerEdits } from './listener.js'

/** Edits of a value that ends in `:PORT`, or is a port alone. */
export function addressEdits(listener: {
  readonly line: EntryLine | undefined
  readonly endpoint: ConfigEndpoint
}): Pick<ListenerEdits, 'setPort' | 'setLoopback'> {
  const { line, endpoint } = listener
  const value = line?.value
  const span = line?.valueSpan
  if (value === undefined || span === undefined || endpoint.kind !== 'tcp' || endpoint.port === undefined) {
    return { setPort: () => undefined, setLoopback: () => undefined }
  }
  const old = String(endpoint.port)
  return {
    setPort: (port) => {
      const at = value.lastIndexOf(old)
      if (at < 0) return undefined
      const column = span.column + at
      const edits = [replaceAt({ ...span, column, endColumn: column + old.length }, String(port))]
      return { text: `port ${port}`, edits }
    },
    setLoopback: () => {
      const text = `127.0.0.1:${old}`
      return { text, edits: [replaceAt(span, text)] }
    },
  }
}
