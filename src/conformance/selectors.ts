/** What the ids of cases begin with, part by part. The cases themselves are built to be run; their names are not. */
const parts: Readonly<Record<string, string>> = {
  pp1: 'tcp4 tcp6 unknown line space fields protocol address port twice',
  pp2: 'tcp4 tcp6 udp4 udp6 unix local unspec signature version command family transport length absent twice tlv ssl',
  split: 'v2 v1',
  limits: 'total local cut',
  time: 'late slow',
}

/** Everything that selects several cases: `pp2`, `pp2/tlv`, `pp2/local`. */
export const selectors: readonly string[] = Object.entries(parts).flatMap(([section, words]) => [
  section,
  ...words.split(' ').map((word) => `${section}/${word}`),
])
