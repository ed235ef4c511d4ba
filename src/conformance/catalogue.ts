import { casesLimits, casesTime } from './cases-limits.js'
import { casesPp1 } from './cases-pp1.js'
import { casesPp2 } from './cases-pp2.js'
import { casesSplit } from './cases-split.js'
import { casesSsl } from './cases-ssl.js'
import { casesTlv } from './cases-tlv.js'
import type { ConformanceCase } from './types.js'

/** Every case, by section. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...casesPp1,
  ...casesPp2,
  ...casesTlv,
  ...casesSsl,
  ...casesSplit,
  ...casesLimits,
  ...casesTime,
]

/** Cases whose id is one of `selectors` or begins with one (whole path parts): `pp2/tlv`, `pp2/local/accepted`. */
export function selectCases(selectors: readonly string[]): readonly ConformanceCase[] {
  if (selectors.length === 0) return conformanceCases
  return conformanceCases.filter(({ id }) =>
    selectors.some((one) => id === one || id.startsWith(`${one.replace(/\/$/, '')}/`)),
  )
}
