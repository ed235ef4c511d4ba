import type { Span } from '../../config/span.js'

/** A setting of a mosquitto.conf that cannot be carried out, in Mosquitto's words where it has some. */
export class ConfigRefusal extends Error {
  override readonly name = 'ConfigRefusal'
  constructor(
    message: string,
    readonly span: Span | undefined,
    readonly hints: readonly string[] = [],
    /** What the text says is fine, but a file it names cannot be used. */
    readonly inFile = false,
  ) {
    super(message)
  }
}
