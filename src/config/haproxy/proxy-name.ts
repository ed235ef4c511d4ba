/** Whether HAProxy takes a word as the name of a frontend, backend or listen section (configuration.txt, 4). */
export function isProxyName(name: string): boolean {
  return /^[A-Za-z0-9_.:-]+$/.test(name)
}
