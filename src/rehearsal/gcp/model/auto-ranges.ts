/** The second octets (10.x.0.0/20) that Google gives to the regions in an auto mode network, in its documentation. */
const octets: Readonly<Record<string, number>> = {
  'us-central1': 128, 'europe-west1': 132, 'us-west1': 138, 'asia-east1': 140, 'us-east1': 142, 'asia-northeast1': 146,
  'asia-southeast1': 148, 'us-east4': 150, 'australia-southeast1': 152, 'europe-west2': 154, 'europe-west3': 156,
  'southamerica-east1': 158, 'asia-south1': 160, 'northamerica-northeast1': 162, 'europe-west4': 164, 'europe-north1': 166,
  'us-west2': 168, 'asia-east2': 170, 'europe-west6': 172, 'asia-northeast2': 174, 'asia-northeast3': 178, 'us-west3': 180,
  'us-west4': 182, 'asia-southeast2': 184, 'europe-central2': 186, 'northamerica-northeast2': 188, 'asia-south2': 190,
  'australia-southeast2': 192, 'southamerica-west1': 194, 'us-east7': 196, 'europe-west8': 198, 'europe-west9': 200, 'us-east5': 202,
  'europe-southwest1': 204, 'us-south1': 206, 'me-west1': 208, 'europe-west12': 210, 'me-central1': 212, 'europe-west10': 214,
  'me-central2': 216, 'africa-south1': 218, 'us-west8': 220, 'northamerica-south1': 224, 'europe-north2': 226, 'asia-southeast3': 228,
};

/** The range of a region's subnet in an auto mode network; null where none is known. */
export function autoRange(region: string): string | null {
  const octet = octets[region];
  return octet === undefined ? null : `10.${octet}.0.0/20`;
}
