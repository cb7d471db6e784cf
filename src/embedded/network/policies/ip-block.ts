/** Whether an IPv4 address lies in a block such as 10.9.8.0/24; blocks of the other family contain none. */
export function isInBlock(ip: string, cidr: string): boolean {
  const [network = '', length = ''] = cidr.split('/');
  if (!network.includes('.') || network.includes(':')) return false;
  const size = 2 ** (32 - Number(length));
  return Math.floor(numberOf(ip) / size) === Math.floor(numberOf(network) / size);
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
