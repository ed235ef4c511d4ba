import { it } from 'vitest'
import { filesOf } from '../agreement/agree.js'
import { specOf } from '../agreement/pairs.js'
import { textsOf } from '../agreement/texts.js'
import { recordedIn } from '../recorded-text.js'
import { describeMismatches, describeWays, modelOfFiles } from './describe.js'

/**
 * Pairs of the generator that `test/agreement` runs on HAProxy and Mosquitto, which agree with the model on who is
 * served; here is what the model says of each hop.
 */
const recorded = recordedIn(new URL('recorded/generated-pairs.txt', import.meta.url))
const ports = { binds: [18831, 18832], inner: [9883, 9884], listener: 1884, wrong: 1899, socket: '/run/m.sock' }

it.each(Array.from({ length: 60 }, (_, at) => at + 1))('the ways through generated pair %i', (seed) => {
  const files = filesOf(textsOf(specOf(seed), ports))
  const text = [...files.values()].join('').replaceAll(/^global[\s\S]*?timeout server 200s\n\n/gm, '')
  const model = modelOfFiles(files)
  const parts = [text, describeWays(model), describeMismatches(model)]
  recorded.expect(
    `pair ${seed}`,
    parts
      .map((one) => one.trim())
      .filter((one) => one !== '')
      .join('\n--\n'),
  )
})
