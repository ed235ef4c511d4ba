import { it } from 'vitest'
import { allFixtures } from '../../lint/all-fixtures.js'
import { recordedIn } from '../../recorded-text.js'
import { describeMismatches, modelOfFiles } from '../describe.js'

/** What does not fit in each pair: which directive, whose clients, which ways, and the remedy with its edits. */
const recorded = recordedIn(new URL('../recorded/mismatches.txt', import.meta.url))

it.each(allFixtures().map((one) => [one.name, one] as const))('what does not fit in %s', (name, { files }) => {
  recorded.expect(name, describeMismatches(modelOfFiles(files)))
})
