/** Test certificates of the same roles, below the sandbox folder. */
export const certificate = (path: string) => `certs/${path}`

export const haproxyClientFile = 'haproxy-client/client.pem'
