import { insertBelow } from '../../config/edit.js'
import { addressEdits } from '../address-edits.js'
import type { ListenerEdits } from '../listener.js'
import type { RabbitmqListener } from './view.js'

export function editsOf(listener: RabbitmqListener): ListenerEdits {
  return {
    ...addressEdits(listener),
    enableHeader: () => {
      const text = `${listener.plugin}.proxy_protocol = true`
      return { text, edits: [insertBelow(listener.span, text)] }
    },
    // One switch for every listener of the plugin: taking it away is not this listener's affair alone.
    disableHeader: () => undefined,
  }
}
