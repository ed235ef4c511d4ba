import { deleteLine, insertBelow, replaceAt } from '../../config/edit.js'
import { addressEdits } from '../address-edits.js'
import type { ListenerEdits } from '../listener.js'
import type { VernemqListener } from './view.js'

export function editsOf(listener: VernemqListener): ListenerEdits {
  const setting = listener.settings.get('proxy_protocol')
  return {
    ...addressEdits(listener),
    enableHeader: () => {
      // TLS listeners know no such setting: VerneMQ would not start.
      if (listener.transport !== 'tcp' && listener.transport !== 'ws') return undefined
      const text = `listener.${listener.transport}.${listener.name}.proxy_protocol = on`
      if (setting !== undefined) return { text, edits: [replaceAt(setting.valueSpan, 'on')] }
      const own = [...listener.settings.values()].map((one) => one.line.span)
      const last = own.reduce((a, b) => (b.file === a.file && b.line > a.line ? b : a), listener.span)
      return { text, edits: [insertBelow(last, text)] }
    },
    disableHeader: () => setting && { text: `no ${setting.key}`, edits: [deleteLine(setting.line.span)] },
  }
}
