import { Fault } from '../kernel/errors.js'
import { EXIT } from '../kernel/exit.js'
import { nearest } from '../kernel/nearest.js'
import { scenarios } from './table.js'
import type { OutcomeRow, Scenario } from './types.js'

/**
 * A scenario by name or, for the seven of the Mosquitto document, by number.
 * @throws Fault MP-SCENARIO-UNKNOWN (exit 2) with the nearest name
 */
export function findScenario(text: string): Scenario {
  const found = scenarios.find((one) => one.id === text.toLowerCase() || String(one.number) === text)
  if (found !== undefined) return found
  const near = nearest(
    text,
    scenarios.map((one) => one.id),
  )
  const number = scenarios.find((one) => one.id === near)?.number
  throw new Fault('MP-SCENARIO-UNKNOWN', `there is no scenario "${text}"`, {
    exit: EXIT.usage,
    hints: [
      ...(near === undefined ? [] : [`did you mean ${near}${number === undefined ? '' : ` (${number})`}?`]),
      `known: ${scenarios.map((one) => one.id).join(', ')}`,
    ],
  })
}

/**
 * `proxy-mtls`, `6`, or one row of it: `proxy-mtls/no-certificate`.
 * @throws Fault MP-SCENARIO-UNKNOWN, MP-CHECK-UNKNOWN (exit 2)
 */
export function findCheck(text: string): { readonly scenario: Scenario; readonly row: OutcomeRow | undefined } {
  const [name = '', ...rest] = text.split('/')
  const scenario = findScenario(name)
  const id = rest.join('/')
  if (id === '') return { scenario, row: undefined }
  const row = scenario.outcomes.find((one) => one.id === id)
  if (row !== undefined) return { scenario, row }
  const ids = scenario.outcomes.map((one) => one.id)
  const near = nearest(id, ids)
  throw new Fault('MP-CHECK-UNKNOWN', `scenario ${scenario.id} has no check "${id}"`, {
    exit: EXIT.usage,
    hints: [...(near === undefined ? [] : [`did you mean ${scenario.id}/${near}?`]), `known: ${ids.join(', ')}`],
  })
}
