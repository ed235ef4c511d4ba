import { insertBelow, replaceAt } from '../../config/edit.js'
import { addressEdits } from '../address-edits.js'
import type { ListenerEdits } from '../listener.js'
import type { RabbitmqListener } from './view.js'

export function editsOf(listener: RabbitmqListener): ListenerEdits {
  return {
    ...addressEdits(listener),
    enableHeader: () => {
      const key = `${listener.plugin}.proxy_protocol`
      const text = `${key} = true`
      const { span, line } = listener
      // What is written and not true stands on its line as a whole.
      const written = listener.proxy.span
      if (written !== undefined) {
        return {
          text,
          edits: [replaceAt({ ...written, column: 1, endLine: written.line + 1, endColumn: 1 }, `${text}\n`)],
        }
      }
      // Above the first line where no line makes the listener: that one may belong to something else.
      const above = { ...span, line: 1, column: 1, endLine: 1, endColumn: 1 }
      return { text, edits: [line === undefined ? replaceAt(above, `${text}\n`) : insertBelow(line.span, text)] }
    },
    // One switch for every listener of the plugin: taking it away is not this listener's affair alone.
    disableHeader: () => undefined,
  }
}
