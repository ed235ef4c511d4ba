import { findNamed } from '../find-named.js'

const wanted = {
  variable: 'VERNEMQ_BIN',
  file: 'vernemq',
  images: true,
  hints: [
    'name bin/vernemq of an unpacked release: --broker-bin ./vernemq/bin/vernemq',
    'or the container image, whose license you accept by that: --broker-bin vernemq/vernemq:2.1.1',
  ],
}

/** `bin/vernemq` of a release, or a container image. */
export const findVernemq = (chosen: string | undefined) => findNamed(wanted, chosen)
