/** Tells nginx what to ask the storage for: path and query of a presigned address. It never reaches a client. */
export const PRESIGNED_HEADER = 'X-Downloadview-Presigned'

/**
 * Writes the group of one server that stands for a storage. nginx looks its name up when it starts; an address that is
 * only known later would need a resolver, and could lead anywhere.
 */
export function presignedUpstream(address: string, position: number): string {
  const { protocol, hostname, port } = new URL(address)
  return `upstream ${upstreamName(position)} {
    server ${hostname}:${port || (protocol === 'https:' ? 443 : 80)};
}
`
}

/** Where a location with presigned addresses passes requests on to. */
export function presignedPass(address: string, position: number): string[] {
  const { protocol, host, hostname } = new URL(address)
  return [
    '# The presigned address, unchanged: it would not fit its signature otherwise.',
    `set $downloadview_presigned $upstream_http_${PRESIGNED_HEADER.toLowerCase().replaceAll('-', '_')};`,
    `proxy_pass ${protocol}//${upstreamName(position)}$downloadview_presigned;`,
    `proxy_set_header Host ${host};`,
    `proxy_ssl_name ${hostname};`,
  ]
}

function upstreamName(position: number): string {
  return `downloadview_rule_${position}`
}
