import { describeHeader, headerDocument } from './describe.js'
import type { ProxyHeader } from './types.js'

/** How a header looks in JSON and in Node.js's `console.log`: its meaning, not the offsets it keeps. */
export abstract class HeaderView {
  toJSON(this: ProxyHeader): unknown {
    return headerDocument(this)
  }

  [Symbol.for('nodejs.util.inspect.custom')](this: ProxyHeader): string {
    return describeHeader(this)
  }
}
