import type { Region } from '../../core/clouds.ts';

/**
 * Regions as collected on 2026-11-20 from public sources, in the order of their ids; coordinates are city level. Newer regions are missing.
 * Latency hosts answer HTTPS GET /ping. GovCloud and the European Sovereign Cloud are partitions of their own and left out.
 */
export const awsRegions: readonly Region[] = [
  { id: 'af-south-1', name: 'Africa (Cape Town)', city: 'Cape Town', country: 'ZA', lat: -33.91, lon: 18.38, usable: true, optIn: true, latencyHosts: ['ec2.af-south-1.amazonaws.com', 'dynamodb.af-south-1.amazonaws.com'] },
  { id: 'ap-east-1', name: 'Asia Pacific (Hong Kong)', city: 'Hong Kong', country: 'HK', lat: 22.29, lon: 114.27, usable: true, optIn: true, latencyHosts: ['ec2.ap-east-1.amazonaws.com', 'dynamodb.ap-east-1.amazonaws.com'] },
  { id: 'ap-east-2', name: 'Asia Pacific (Taipei)', city: 'Taipei', country: 'TW', lat: 25.04, lon: 121.56, usable: true, optIn: true, latencyHosts: ['ec2.ap-east-2.amazonaws.com', 'dynamodb.ap-east-2.amazonaws.com'] },
  { id: 'ap-northeast-1', name: 'Asia Pacific (Tokyo)', city: 'Tokyo', country: 'JP', lat: 35.62, lon: 139.75, usable: true, optIn: false, latencyHosts: ['ec2.ap-northeast-1.amazonaws.com', 'dynamodb.ap-northeast-1.amazonaws.com'] },
  { id: 'ap-northeast-2', name: 'Asia Pacific (Seoul)', city: 'Seoul', country: 'KR', lat: 37.56, lon: 126.87, usable: true, optIn: false, latencyHosts: ['ec2.ap-northeast-2.amazonaws.com', 'dynamodb.ap-northeast-2.amazonaws.com'] },
  { id: 'ap-northeast-3', name: 'Asia Pacific (Osaka)', city: 'Osaka', country: 'JP', lat: 34.69, lon: 135.5, usable: true, optIn: false, latencyHosts: ['ec2.ap-northeast-3.amazonaws.com', 'dynamodb.ap-northeast-3.amazonaws.com'] },
  { id: 'ap-south-1', name: 'Asia Pacific (Mumbai)', city: 'Mumbai', country: 'IN', lat: 19.24, lon: 72.97, usable: true, optIn: false, latencyHosts: ['ec2.ap-south-1.amazonaws.com', 'dynamodb.ap-south-1.amazonaws.com'] },
  { id: 'ap-south-2', name: 'Asia Pacific (Hyderabad)', city: 'Hyderabad', country: 'IN', lat: 17.41, lon: 78.24, usable: true, optIn: true, latencyHosts: ['ec2.ap-south-2.amazonaws.com', 'dynamodb.ap-south-2.amazonaws.com'] },
  { id: 'ap-southeast-1', name: 'Asia Pacific (Singapore)', city: 'Singapore', country: 'SG', lat: 1.32, lon: 103.69, usable: true, optIn: false, latencyHosts: ['ec2.ap-southeast-1.amazonaws.com', 'dynamodb.ap-southeast-1.amazonaws.com'] },
  { id: 'ap-southeast-2', name: 'Asia Pacific (Sydney)', city: 'Sydney', country: 'AU', lat: -33.91, lon: 151.19, usable: true, optIn: false, latencyHosts: ['ec2.ap-southeast-2.amazonaws.com', 'dynamodb.ap-southeast-2.amazonaws.com'] },
  { id: 'ap-southeast-3', name: 'Asia Pacific (Jakarta)', city: 'Jakarta', country: 'ID', lat: -6.2, lon: 106.82, usable: true, optIn: true, latencyHosts: ['ec2.ap-southeast-3.amazonaws.com', 'dynamodb.ap-southeast-3.amazonaws.com'] },
  { id: 'ap-southeast-4', name: 'Asia Pacific (Melbourne)', city: 'Melbourne', country: 'AU', lat: -37.8, lon: 144.71, usable: true, optIn: true, latencyHosts: ['ec2.ap-southeast-4.amazonaws.com', 'dynamodb.ap-southeast-4.amazonaws.com'] },
  { id: 'ap-southeast-5', name: 'Asia Pacific (Malaysia)', city: 'Kuala Lumpur', country: 'MY', lat: 3.14, lon: 101.69, usable: true, optIn: true, latencyHosts: ['ec2.ap-southeast-5.amazonaws.com', 'dynamodb.ap-southeast-5.amazonaws.com'] },
  { id: 'ap-southeast-6', name: 'Asia Pacific (New Zealand)', city: 'Auckland', country: 'NZ', lat: -36.85, lon: 174.76, usable: true, optIn: true, latencyHosts: ['ec2.ap-southeast-6.amazonaws.com', 'dynamodb.ap-southeast-6.amazonaws.com'] },
  { id: 'ap-southeast-7', name: 'Asia Pacific (Thailand)', city: 'Bangkok', country: 'TH', lat: 13.76, lon: 100.5, usable: true, optIn: true, latencyHosts: ['ec2.ap-southeast-7.amazonaws.com', 'dynamodb.ap-southeast-7.amazonaws.com'] },
  { id: 'ca-central-1', name: 'Canada (Central)', city: 'Montreal', country: 'CA', lat: 45.5, lon: -73.6, usable: true, optIn: false, latencyHosts: ['ec2.ca-central-1.amazonaws.com', 'dynamodb.ca-central-1.amazonaws.com'] },
  { id: 'ca-west-1', name: 'Canada West (Calgary)', city: 'Calgary', country: 'CA', lat: 51.05, lon: -114.13, usable: true, optIn: true, latencyHosts: ['ec2.ca-west-1.amazonaws.com', 'dynamodb.ca-west-1.amazonaws.com'] },
  { id: 'cn-north-1', name: 'China (Beijing)', city: 'Beijing', country: 'CN', lat: 39.81, lon: 116.58, usable: false, optIn: false, latencyHosts: ['ec2.cn-north-1.amazonaws.com.cn', 'dynamodb.cn-north-1.amazonaws.com.cn'], notes: 'separate partition aws-cn, own account' },
  { id: 'cn-northwest-1', name: 'China (Ningxia)', city: 'Ningxia', country: 'CN', lat: 37.5, lon: 105.16, usable: false, optIn: false, latencyHosts: ['ec2.cn-northwest-1.amazonaws.com.cn', 'dynamodb.cn-northwest-1.amazonaws.com.cn'], notes: 'separate partition aws-cn, own account' },
  { id: 'eu-central-1', name: 'Europe (Frankfurt)', city: 'Frankfurt', country: 'DE', lat: 50.1, lon: 8.63, usable: true, optIn: false, latencyHosts: ['ec2.eu-central-1.amazonaws.com', 'dynamodb.eu-central-1.amazonaws.com'] },
  { id: 'eu-central-2', name: 'Europe (Zurich)', city: 'Zurich', country: 'CH', lat: 47.39, lon: 8.44, usable: true, optIn: true, latencyHosts: ['ec2.eu-central-2.amazonaws.com', 'dynamodb.eu-central-2.amazonaws.com'] },
  { id: 'eu-north-1', name: 'Europe (Stockholm)', city: 'Stockholm', country: 'SE', lat: 59.33, lon: 17.84, usable: true, optIn: false, latencyHosts: ['ec2.eu-north-1.amazonaws.com', 'dynamodb.eu-north-1.amazonaws.com'] },
  { id: 'eu-south-1', name: 'Europe (Milan)', city: 'Milan', country: 'IT', lat: 45.46, lon: 9.11, usable: true, optIn: true, latencyHosts: ['ec2.eu-south-1.amazonaws.com', 'dynamodb.eu-south-1.amazonaws.com'] },
  { id: 'eu-south-2', name: 'Europe (Spain)', city: 'Zaragoza (Aragon)', country: 'ES', lat: 41.79, lon: -0.85, usable: true, optIn: true, latencyHosts: ['ec2.eu-south-2.amazonaws.com', 'dynamodb.eu-south-2.amazonaws.com'] },
  { id: 'eu-west-1', name: 'Europe (Ireland)', city: 'Dublin', country: 'IE', lat: 53.41, lon: -6.22, usable: true, optIn: false, latencyHosts: ['ec2.eu-west-1.amazonaws.com', 'dynamodb.eu-west-1.amazonaws.com'] },
  { id: 'eu-west-2', name: 'Europe (London)', city: 'London', country: 'GB', lat: 51.51, lon: -0.06, usable: true, optIn: false, latencyHosts: ['ec2.eu-west-2.amazonaws.com', 'dynamodb.eu-west-2.amazonaws.com'] },
  { id: 'eu-west-3', name: 'Europe (Paris)', city: 'Paris', country: 'FR', lat: 48.6, lon: 2.3, usable: true, optIn: false, latencyHosts: ['ec2.eu-west-3.amazonaws.com', 'dynamodb.eu-west-3.amazonaws.com'] },
  { id: 'il-central-1', name: 'Israel (Tel Aviv)', city: 'Tel Aviv', country: 'IL', lat: 32.05, lon: 34.79, usable: true, optIn: true, latencyHosts: ['ec2.il-central-1.amazonaws.com', 'dynamodb.il-central-1.amazonaws.com'] },
  { id: 'me-central-1', name: 'Middle East (UAE)', city: 'Dubai', country: 'AE', lat: 25.06, lon: 55.14, usable: true, optIn: true, latencyHosts: ['ec2.me-central-1.amazonaws.com', 'dynamodb.me-central-1.amazonaws.com'] },
  { id: 'me-south-1', name: 'Middle East (Bahrain)', city: 'Manama', country: 'BH', lat: 25.94, lon: 50.31, usable: true, optIn: true, latencyHosts: ['ec2.me-south-1.amazonaws.com', 'dynamodb.me-south-1.amazonaws.com'] },
  { id: 'mx-central-1', name: 'Mexico (Central)', city: 'Queretaro', country: 'MX', lat: 20.59, lon: -100.39, usable: true, optIn: true, latencyHosts: ['ec2.mx-central-1.amazonaws.com', 'dynamodb.mx-central-1.amazonaws.com'] },
  { id: 'sa-east-1', name: 'South America (Sao Paulo)', city: 'Sao Paulo', country: 'BR', lat: -23.49, lon: -46.81, usable: true, optIn: false, latencyHosts: ['ec2.sa-east-1.amazonaws.com', 'dynamodb.sa-east-1.amazonaws.com'] },
  { id: 'us-east-1', name: 'US East (N. Virginia)', city: 'Ashburn (N. Virginia)', country: 'US', lat: 38.99, lon: -77.45, usable: true, optIn: false, latencyHosts: ['ec2.us-east-1.amazonaws.com', 'dynamodb.us-east-1.amazonaws.com'] },
  { id: 'us-east-2', name: 'US East (Ohio)', city: 'Columbus (Ohio)', country: 'US', lat: 40.09, lon: -82.75, usable: true, optIn: false, latencyHosts: ['ec2.us-east-2.amazonaws.com', 'dynamodb.us-east-2.amazonaws.com'] },
  { id: 'us-west-1', name: 'US West (N. California)', city: 'San Francisco Bay (N. California)', country: 'US', lat: 37.44, lon: -122.15, usable: true, optIn: false, latencyHosts: ['ec2.us-west-1.amazonaws.com', 'dynamodb.us-west-1.amazonaws.com'] },
  { id: 'us-west-2', name: 'US West (Oregon)', city: 'Boardman (Oregon)', country: 'US', lat: 45.92, lon: -119.27, usable: true, optIn: false, latencyHosts: ['ec2.us-west-2.amazonaws.com', 'dynamodb.us-west-2.amazonaws.com'] },
];
