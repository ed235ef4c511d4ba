import type { Attempt, OutcomeRow } from '../scenarios/types.js'

/**
 * When a row runs: `first` are HAProxy's own verdicts on its servers, on which the others depend; `alone` are those that
 * count connections or stop a broker, after all others and one at a time.
 */
export type TurnKind = 'first' | 'together' | 'alone'

const turns: Readonly<Record<Attempt['kind'], TurnKind>> = {
  configs: 'together',
  connect: 'together',
  publish: 'together',
  route: 'together',
  idle: 'together',
  health: 'first',
  takeover: 'alone',
  spread: 'alone',
  return: 'alone',
}

export function turnOf({ attempt }: OutcomeRow): TurnKind {
  return turns[attempt.kind]
}

/** A takeover leaves one broker stopped: there is no second one in the same sandbox. */
export function timesOf({ attempt }: OutcomeRow, repeatEach: number): number {
  return attempt.kind === 'takeover' ? 1 : repeatEach
}
