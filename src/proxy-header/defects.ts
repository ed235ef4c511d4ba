import { Fault } from '../kernel/errors.js'
import { EXIT } from '../kernel/exit.js'
import { nearest } from '../kernel/nearest.js'
import { defectsOfTiming, splitAt } from './defects-timing.js'
import { defectsOfV1 } from './defects-v1.js'
import { defectsOfV2 } from './defects-v2.js'
import { type Defect, type WritePlan, whole } from './write-plan.js'

/** All named defects; `split-at-N` stands for any N. */
export const defects: readonly Defect[] = [...defectsOfV2, ...defectsOfV1, ...defectsOfTiming]

/** The defect of that name, `split-at-N` included; `undefined` for no such name. */
export function defectNamed(name: string): Defect | undefined {
  const split = /^split-at-(\d{1,5})$/.exec(name)
  return split ? splitAt(Number(split[1])) : defects.find((defect) => defect.id === name)
}

/**
 * Breaks a good header in the named ways, one after the other; what changes bytes comes first, what changes writes last.
 * @throws Fault MP-DEFECT (exit 2) for an unknown name or one that does not fit the header's version
 */
export function malform(header: Uint8Array, names: readonly string[]): WritePlan {
  const chosen = names.map(find)
  let plan = whole(header)
  for (const defect of chosen.filter((one) => !one.timing)) plan = apply(defect, joined(plan), header)
  for (const defect of chosen.filter((one) => one.timing)) plan = apply(defect, joined(plan), header)
  return plan
}

function apply(defect: Defect, bytes: Uint8Array, header: Uint8Array): WritePlan {
  const version = header[0] === 0x50 ? 1 : 2
  if (!defect.versions.includes(version)) {
    throw new Fault(
      'MP-DEFECT',
      `${defect.id} breaks version ${defect.versions.join(' and ')} headers; this is version ${version}`,
      {
        exit: EXIT.usage,
        hints: [`use --proxy-protocol v${defect.versions[0]}`],
      },
    )
  }
  return defect.apply(bytes)
}

/** All bytes of a plan, pauses forgotten. */
export function joined(plan: WritePlan): Uint8Array {
  const out = new Uint8Array(plan.reduce((sum, { bytes }) => sum + bytes.length, 0))
  let at = 0
  for (const { bytes } of plan) {
    out.set(bytes, at)
    at += bytes.length
  }
  return out
}

function find(name: string): Defect {
  const defect = defectNamed(name)
  if (defect) return defect
  const near = nearest(
    name,
    defects.map(({ id }) => id),
  )
  throw new Fault('MP-DEFECT', `no defect is called "${name}"`, {
    exit: EXIT.usage,
    hints: [...(near ? [`did you mean ${near}?`] : []), `known: ${defects.map(({ id }) => id).join(', ')}`],
  })
}
