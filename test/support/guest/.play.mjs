// test/support/ec2/ec2-query.ts
function readCall(body, authorization) {
  const params = new Map(new URLSearchParams(body));
  const action = params.get("Action");
  if (action === void 0) return null;
  const [, , region = "us-east-1", service = "ec2"] = /Credential=([^,]+)/.exec(authorization ?? "")?.[1]?.split("/") ?? [];
  return { service, action, region, params };
}
function formOf(params) {
  return new URLSearchParams([...params]).toString();
}
function listParam(params, name) {
  const values = [];
  for (let index = 1; ; index += 1) {
    const value = params.get(`${name}.${index}`);
    if (value === void 0) return values;
    values.push(value);
  }
}
function filtersOf(params) {
  const filters = /* @__PURE__ */ new Map();
  for (let index = 1; ; index += 1) {
    const name = params.get(`Filter.${index}.Name`);
    if (name === void 0) return filters;
    filters.set(name, listParam(params, `Filter.${index}.Value`));
  }
}
function matchesFilter(value, patterns) {
  return patterns.some((pattern) => {
    const source = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
    return new RegExp(`^${source}$`).test(value);
  });
}
function tagsFor(params, resourceType) {
  const tags = /* @__PURE__ */ new Map();
  for (let spec = 1; params.has(`TagSpecification.${spec}.ResourceType`); spec += 1) {
    if (params.get(`TagSpecification.${spec}.ResourceType`) !== resourceType) continue;
    for (let tag = 1; params.has(`TagSpecification.${spec}.Tag.${tag}.Key`); tag += 1) {
      const key = params.get(`TagSpecification.${spec}.Tag.${tag}.Key`) ?? "";
      tags.set(key, params.get(`TagSpecification.${spec}.Tag.${tag}.Value`) ?? "");
    }
  }
  return tags;
}
function xmlAnswer(action, elements) {
  const body = `<?xml version="1.0" encoding="UTF-8"?>
<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>bench</requestId>${elements}</${action}Response>`;
  return { status: 200, body };
}
function errorAnswer(code, message, status = 400) {
  const body = `<?xml version="1.0" encoding="UTF-8"?>
<Response><Errors><Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error></Errors><RequestID>bench</RequestID></Response>`;
  return { status, body };
}
function escapeXml(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
function tagSetXml(tags) {
  const items = [...tags].map(([key, value]) => `<item><key>${escapeXml(key)}</key><value>${escapeXml(value)}</value></item>`);
  return `<tagSet>${items.join("")}</tagSet>`;
}

// test/support/ec2/call-ec2.ts
async function callEc2(endpoint, action, params, { region, service = "ec2", version = "2016-11-15" }) {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      authorization: `AWS4-HMAC-SHA256 Credential=bench/20261120/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`
    },
    body: formOf(new Map(Object.entries({ Action: action, Version: version, ...params })))
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${action}: ${response.status} ${text}`);
  return text;
}
function elementsOf(xml, name) {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map(
    ([, text = ""]) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&")
  );
}

// test/support/ec2/describe-tagged.ts
var listings = [
  ["instance", "DescribeInstances", "instanceId"],
  ["volume", "DescribeVolumes", "volumeId"],
  ["security-group", "DescribeSecurityGroups", "groupId"],
  ["key-pair", "DescribeKeyPairs", "keyPairId"],
  ["vpc", "DescribeVpcs", "vpcId"],
  ["subnet", "DescribeSubnets", "subnetId"],
  ["internet-gateway", "DescribeInternetGateways", "internetGatewayId"],
  ["route-table", "DescribeRouteTables", "routeTableId"],
  ["network-interface", "DescribeNetworkInterfaces", "networkInterfaceId"],
  ["elastic-ip", "DescribeAddresses", "allocationId"]
];
var alive = "pending,running,stopping,stopped,shutting-down".split(",");
async function describeTagged(endpoint, sessionId, region) {
  const found = await Promise.all(
    listings.map(async ([kind, action, element]) => {
      const params = { "Filter.1.Name": "tag:labtui-session-id", "Filter.1.Value.1": sessionId };
      if (kind === "instance") {
        params["Filter.2.Name"] = "instance-state-name";
        alive.forEach((state, index) => {
          params[`Filter.2.Value.${index + 1}`] = state;
        });
      }
      const ids = new Set(elementsOf(await callEc2(endpoint, action, params, { region }), element));
      return [...ids].map((id) => ({ kind, id }));
    })
  );
  return found.flat();
}

// test/support/ec2/ec2-proxy.ts
import { createServer, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

// test/support/ec2/faults.ts
var Faults = class {
  active = [];
  add(fault) {
    this.active.push({ fault, seen: 0 });
  }
  clear() {
    this.active = [];
  }
  outcome(call) {
    for (const entry of this.active) {
      const { fault } = entry;
      const fits = Object.entries(fault.where ?? {}).every(([name, value]) => call.params.get(name) === value);
      if (fault.action !== call.action || !fits) continue;
      entry.seen += 1;
      if (fault.calls !== void 0 && !fault.calls.includes(entry.seen)) continue;
      const answer = fault.code === void 0 ? null : errorAnswer(fault.code, fault.message ?? fault.code, fault.status);
      return { delayMs: fault.delayMs ?? 0, drop: fault.drop ?? null, answer };
    }
    return { delayMs: 0, drop: null, answer: null };
  }
};

// test/support/ec2/ami-catalogue.ts
import { createHash } from "node:crypto";
var lines = [
  ...["jammy-22.04", "focal-20.04"].map((release) => ["099720109477", `ubuntu/images/hvm-ssd/ubuntu-${release}-{u}-server-20261102`, 8]),
  ["099720109477", "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-{u}-server-20260612", 8],
  ["099720109477", "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-{u}-server-20261105", 8],
  ["099720109477", "ubuntu/images/hvm-ssd-gp3/ubuntu-resolute-26.04-{u}-server-20261108", 8],
  ...["11", "12", "13"].map((release) => ["136693071363", `debian-${release}-{u}-20261110-2290`, 8, { device: "/dev/xvda" }]),
  ...["42", "43", "44"].map((release) => ["125523088429", `Fedora-Cloud-Base-AmazonEC2.{x}-${release}-20261101.0`, 6]),
  ["125523088429", "CentOS Stream 9 {x} 20261026", 10],
  ["125523088429", "CentOS Stream 10 {x} 20261026", 10],
  ["792107900819", "Rocky-8-EC2-Base-8.10-20240528.0.{x}", 10, { deprecated: true }],
  ["792107900819", "Rocky-9-EC2-Base-9.6-20260812.0.{x}", 10],
  ["792107900819", "Rocky-9-EC2-Base-9.7-20261021.0.{x}", 10],
  // An older minor that was published again later: the youngest is not the newest.
  ["792107900819", "Rocky-9-EC2-Base-9.4-20261111.0.{x}", 10],
  ["792107900819", "Rocky-10-EC2-Base-10.1-20261020.0.{x}", 10],
  ["647457786197", "arch-linux-std-hvm-2026.11.09.x86_64-ebs", 2],
  ...["8.10", "9.7", "10.1"].map((release) => ["764336703387", `AlmaLinux OS ${release}.20261031 {x}`, 10]),
  ["679593333241", "openSUSE-Leap-16-0-v20261002-hvm-ssd-{a}-a516e959-df54-4035-bb1a-63599b7a6df9", 10],
  ["013907871322", "suse-sles-15-sp7-v20261013-hvm-ssd-{a}", 10],
  ["013907871322", "suse-sles-16-0-v20261013-hvm-ssd-{a}", 10],
  ["137112412989", "amzn2-ami-kernel-5.10-hvm-2.0.20260609.0-{a}-gp2", 8, { device: "/dev/xvda", deprecated: true }],
  ["137112412989", "al2023-ami-2023.9.20261103.0-kernel-6.12-{a}", 8, { device: "/dev/xvda" }],
  ["131827586825", "OL8.10-x86_64-HVM-2026-10-07", 37],
  ["131827586825", "OL9.6-x86_64-HVM-2026-10-07", 37],
  ["131827586825", "OL10.0-x86_64-HVM-2026-10-07", 37],
  ...["8.10", "9.7", "10.1"].map((release) => ["309956199498", `RHEL-${release}.0_HVM-20261012-{a}-0-Hourly2-GP3`, 10]),
  ...["3.23.3", "3.24.1"].map((release) => ["538276064493", `alpine-${release}-{x}-uefi-cloudinit-r0`, 1, { device: "/dev/xvda" }]),
  ["679593333241", "debian-kali-last-snapshot-amd64-2026.4.0-804fcc46-63fc-4eb6-85a1-50e66d6c7215", 12, { device: "/dev/xvda" }],
  ["075585003325", "Flatcar-stable-4230.2.4-hvm", 9, { device: "/dev/xvda" }],
  ["075585003325", "Flatcar-stable-4230.2.4-arm64-hvm", 9, { device: "/dev/xvda" }],
  ["427812963091", "nixos/26.05.1044.6c9a78c09ff4-{x}-linux", 4, { device: "/dev/xvda" }],
  // Somebody else's image under a distribution's name: a query without owner would take it, as it is the youngest.
  ["999999999999", "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-{u}-server-20261120", 8],
  // A stranger among the owner's own: no network adapter that current instance types take.
  ["999999999999", "no-ena-x86_64-20261101", 8]
];
var amis = lines.flatMap(
  ([owner, form, rootSizeGb, options = {}]) => architecturesOf(form).map(({ name, architecture }) => {
    const day = /(20\d\d)[.-]?(\d\d)[.-]?(\d\d)/.exec(name);
    return {
      id: `ami-${createHash("sha256").update(`${owner} ${name}`).digest("hex").slice(0, 17)}`,
      owner,
      ownerAlias: owner === "137112412989" ? "amazon" : owner === "679593333241" ? "aws-marketplace" : null,
      name,
      architecture,
      createdAt: day === null ? "2026-10-01T00:00:00.000Z" : `${day[1]}-${day[2]}-${day[3]}T06:00:00.000Z`,
      rootDevice: options.device ?? "/dev/sda1",
      rootSizeGb,
      enaSupport: !name.startsWith("no-ena"),
      deprecatedAt: options.deprecated === true ? "2026-09-01T00:00:00.000Z" : null
    };
  })
);
function architecturesOf(form) {
  const named = (u, x, a) => form.replaceAll("{u}", u).replaceAll("{x}", x).replaceAll("{a}", a);
  if (form === named("", "", "")) return [{ name: form, architecture: form.includes("arm64") ? "arm64" : "x86_64" }];
  return [
    { name: named("amd64", "x86_64", "x86_64"), architecture: "x86_64" },
    { name: named("arm64", "aarch64", "arm64"), architecture: "arm64" }
  ];
}
function motoAmis() {
  return amis.map((ami) => ({
    ami_id: ami.id,
    state: "available",
    public: true,
    owner_id: ami.owner,
    image_location: `${ami.owner}/${ami.name}`,
    sriov: "simple",
    root_device_type: "ebs",
    root_device_name: ami.rootDevice,
    description: ami.name,
    image_type: "machine",
    platform: null,
    architecture: ami.architecture,
    name: ami.name,
    virtualization_type: "hvm",
    hypervisor: "xen"
  }));
}

// test/support/ec2/describe-images.ts
function describeImages({ params }) {
  const ids = listParam(params, "ImageId");
  const unknown = ids.filter((id) => !amis.some((ami) => ami.id === id));
  if (unknown.length > 0) {
    return errorAnswer("InvalidAMIID.NotFound", `The image id '[${unknown.join(", ")}]' does not exist`);
  }
  const owners = listParam(params, "Owner");
  const filters = filtersOf(params);
  for (const name of filters.keys()) {
    if (!(name in filterValues)) return errorAnswer("InvalidParameterValue", `The filter '${name}' is invalid`);
  }
  const found = amis.filter(
    (ami) => (ids.length === 0 || ids.includes(ami.id)) && (owners.length === 0 || owners.some((owner) => owner === ami.owner || owner === ami.ownerAlias)) && (ids.length > 0 || ami.deprecatedAt === null || params.get("IncludeDeprecated") === "true") && [...filters].every(([name, patterns]) => matchesFilter(filterValues[name]?.(ami) ?? "", patterns))
  );
  return xmlAnswer("DescribeImages", `<imagesSet>${found.map(imageXml).join("")}</imagesSet>`);
}
var filterValues = {
  name: (ami) => ami.name,
  architecture: (ami) => ami.architecture,
  "image-id": (ami) => ami.id,
  "owner-id": (ami) => ami.owner,
  state: () => "available",
  "virtualization-type": () => "hvm",
  "root-device-type": () => "ebs",
  "image-type": () => "machine"
};
function imageXml(ami) {
  const ebs = `<ebs><deleteOnTermination>true</deleteOnTermination><snapshotId>snap-${ami.id.slice(4)}</snapshotId><volumeSize>${ami.rootSizeGb}</volumeSize><volumeType>gp3</volumeType><encrypted>false</encrypted></ebs>`;
  const elements = {
    imageId: ami.id,
    imageLocation: escapeXml(`${ami.owner}/${ami.name}`),
    imageState: "available",
    imageOwnerId: ami.owner,
    imageOwnerAlias: ami.ownerAlias,
    isPublic: "true",
    architecture: ami.architecture,
    imageType: "machine",
    name: escapeXml(ami.name),
    rootDeviceType: "ebs",
    rootDeviceName: ami.rootDevice,
    blockDeviceMapping: `<item><deviceName>${ami.rootDevice}</deviceName>${ebs}</item>`,
    virtualizationType: "hvm",
    hypervisor: "xen",
    enaSupport: String(ami.enaSupport),
    creationDate: ami.createdAt,
    deprecationTime: ami.deprecatedAt
  };
  const xml = Object.entries(elements).map(([name, value]) => value === null ? "" : `<${name}>${value}</${name}>`);
  return `<item>${xml.join("")}</item>`;
}

// test/support/ec2/spot-requests.ts
import { randomBytes } from "node:crypto";
var SpotRequests = class {
  requests = [];
  /** Notes the requests of a spot launch; other launches leave no trace. */
  launched({ params }, instanceIds) {
    if (params.get("InstanceMarketOptions.MarketType") !== "spot") return;
    const option = (name) => params.get(`InstanceMarketOptions.SpotOptions.${name}`);
    for (const instanceId of instanceIds) {
      this.requests.push({
        id: `sir-${randomBytes(4).toString("hex")}`,
        instanceId,
        // EC2 gives the price back with six decimals, and the on-demand price where none was asked for.
        price: Number(option("MaxPrice") ?? "0.0416").toFixed(6),
        type: option("SpotInstanceType") ?? "one-time",
        interruption: option("InstanceInterruptionBehavior") ?? "terminate",
        tags: new Map(tagsFor(params, "spot-instances-request")),
        state: "active"
      });
    }
  }
  terminated(instanceIds) {
    for (const request2 of this.requests) if (instanceIds.includes(request2.instanceId)) request2.state = "closed";
  }
  /** Tags put on a request by CreateTags or taken off by DeleteTags; null when none of the resources is a request. */
  changeTags({ action, params }) {
    const ids = listParam(params, "ResourceId");
    const concerned = this.requests.filter(({ id }) => ids.includes(id));
    if (concerned.length === 0) return null;
    for (let index = 1; params.has(`Tag.${index}.Key`); index += 1) {
      const key = params.get(`Tag.${index}.Key`) ?? "";
      for (const { tags } of concerned) {
        if (action === "DeleteTags") tags.delete(key);
        else tags.set(key, params.get(`Tag.${index}.Value`) ?? "");
      }
    }
    return xmlAnswer(action, "<return>true</return>");
  }
  /** The instances' own elements, with the request's id after each spot instance's id. */
  inject(body) {
    return body.replace(/<instanceId>(i-[0-9a-f]+)<\/instanceId>/g, (element, id) => {
      const request2 = this.requests.find(({ instanceId }) => instanceId === id);
      return request2 === void 0 ? element : `${element}<spotInstanceRequestId>${request2.id}</spotInstanceRequestId>`;
    });
  }
  describe({ params }) {
    const ids = listParam(params, "SpotInstanceRequestId");
    const unknown = ids.find((id) => !this.requests.some((request2) => request2.id === id));
    if (unknown !== void 0) return notFound(unknown);
    const filters = filtersOf(params);
    const found = this.requests.filter(
      (request2) => (ids.length === 0 || ids.includes(request2.id)) && [...filters].every(([name, patterns]) => {
        const value = name.startsWith("tag:") ? request2.tags.get(name.slice(4)) : name === "state" ? request2.state : request2.instanceId;
        return value !== void 0 && matchesFilter(value, patterns);
      })
    );
    return xmlAnswer("DescribeSpotInstanceRequests", `<spotInstanceRequestSet>${found.map(requestXml).join("")}</spotInstanceRequestSet>`);
  }
  cancel({ params }) {
    const ids = listParam(params, "SpotInstanceRequestId");
    const unknown = ids.find((id) => !this.requests.some((request2) => request2.id === id));
    if (unknown !== void 0) return notFound(unknown);
    const cancelled = this.requests.filter(({ id }) => ids.includes(id));
    for (const request2 of cancelled) request2.state = "cancelled";
    const items = cancelled.map(({ id }) => `<item><spotInstanceRequestId>${id}</spotInstanceRequestId><state>cancelled</state></item>`);
    return xmlAnswer("CancelSpotInstanceRequests", `<spotInstanceRequestSet>${items.join("")}</spotInstanceRequestSet>`);
  }
};
function notFound(id) {
  return errorAnswer("InvalidSpotInstanceRequestID.NotFound", `The spot instance request ID '${id}' does not exist`);
}
function requestXml(request2) {
  const status = request2.state === "active" ? "fulfilled" : "instance-terminated-by-user";
  return `<item><spotInstanceRequestId>${request2.id}</spotInstanceRequestId><spotPrice>${request2.price}</spotPrice><type>${request2.type}</type><state>${request2.state}</state><status><code>${status}</code></status><instanceId>${request2.instanceId}</instanceId><productDescription>Linux/UNIX</productDescription><instanceInterruptionBehavior>${request2.interruption}</instanceInterruptionBehavior>${tagSetXml(request2.tags)}</item>`;
}

// test/support/ec2/moto-corrections.ts
var rootType = "BlockDeviceMapping.1.Ebs.VolumeType";
var MotoCorrections = class {
  spot = new SpotRequests();
  launches = /* @__PURE__ */ new Map();
  shutdownBehavior = /* @__PURE__ */ new Map();
  rootVolumes = /* @__PURE__ */ new Map();
  /** The bench's own answer, where moto has none or a wrong one; null: ask moto. */
  answer(call) {
    const { params } = call;
    switch (call.action) {
      case "DescribeImages":
        return describeImages(call);
      case "DescribeSpotInstanceRequests":
        return this.spot.describe(call);
      case "CancelSpotInstanceRequests":
        return this.spot.cancel(call);
      case "CreateTags":
      case "DeleteTags":
        return this.spot.changeTags(call);
      case "RunInstances":
        return this.launches.get(params.get("ClientToken") ?? "") ?? null;
      case "ModifyInstanceAttribute": {
        const behavior = params.get("InstanceInitiatedShutdownBehavior.Value");
        if (behavior === void 0) return null;
        this.shutdownBehavior.set(params.get("InstanceId") ?? "", behavior);
        return xmlAnswer(call.action, "<return>true</return>");
      }
      case "DescribeInstanceAttribute": {
        const id = params.get("InstanceId") ?? "";
        const behavior = this.shutdownBehavior.get(id);
        if (params.get("Attribute") !== "instanceInitiatedShutdownBehavior" || behavior === void 0) return null;
        const value = `<instanceInitiatedShutdownBehavior><value>${behavior}</value></instanceInitiatedShutdownBehavior>`;
        return xmlAnswer(call.action, `<instanceId>${id}</instanceId>${value}`);
      }
      default:
        return null;
    }
  }
  /** The parameters that moto is given. */
  forward({ action, params }) {
    if (action !== "RunInstances") return params;
    const forwarded = new Map(
      [...params].map(([name, value]) => [name.replace(/^NetworkInterface\.1\.SecurityGroupId\./, "SecurityGroupId."), value])
    );
    if (params.has("NetworkInterface.1.DeviceIndex")) forwarded.set("NetworkInterface.1.DeleteOnTermination", "true");
    if (params.get(rootType)?.startsWith("io") === true) forwarded.set(rootType, "gp3");
    return forwarded;
  }
  /** moto's answer, put right. */
  correct(call, answer) {
    if (answer.status !== 200) return answer;
    switch (call.action) {
      case "RunInstances": {
        const ids = [...answer.body.matchAll(/<instanceId>(i-[0-9a-f]+)<\/instanceId>/g)].map(([, id]) => id ?? "");
        this.spot.launched(call, ids);
        for (const id of ids) this.rootVolumes.set(id, performanceXml(call));
        const corrected = { ...answer, body: this.spot.inject(answer.body) };
        const token = call.params.get("ClientToken");
        if (token !== void 0) this.launches.set(token, corrected);
        return corrected;
      }
      case "DescribeInstances":
        return { ...answer, body: this.spot.inject(answer.body) };
      case "DescribeVolumes":
        return { ...answer, body: this.withPerformance(answer.body) };
      case "TerminateInstances":
        this.spot.terminated(listParam(call.params, "InstanceId"));
        return answer;
      default:
        return answer;
    }
  }
  /** moto forgets the iops and throughput that an instance's root volume was asked to have. */
  withPerformance(body) {
    const volume = /(?:<iops>\d+<\/iops>)?<volumeType>[^<]*<\/volumeType>(<volumeId>.*?<(?:attachmentSet\/|\/attachmentSet)>)/gs;
    return body.replace(volume, (element, rest) => {
      const [, id = ""] = /<instanceId>(i-[0-9a-f]+)<\/instanceId>/.exec(rest) ?? [];
      const performance = this.rootVolumes.get(id);
      return performance === void 0 ? element : `${performance}${rest}`;
    });
  }
};
function performanceXml({ params }) {
  const ebs = (name) => params.get(`BlockDeviceMapping.1.Ebs.${name}`);
  const type = ebs("VolumeType") ?? "gp3";
  const isGp3 = type === "gp3";
  const iops = ebs("Iops") ?? (isGp3 ? "3000" : null);
  const throughput = ebs("Throughput") ?? (isGp3 ? "125" : null);
  return `<volumeType>${type}</volumeType>${iops === null ? "" : `<iops>${iops}</iops>`}${throughput === null ? "" : `<throughput>${throughput}</throughput>`}`;
}

// test/support/ec2/ec2-proxy.ts
async function startEc2Proxy(motoPort) {
  const faults = new Faults();
  const calls = [];
  const corrections = /* @__PURE__ */ new Map();
  const handle = async (incoming, response) => {
    const body = await textOf(incoming);
    const call = readCall(body, incoming.headers.authorization);
    if (call === null) {
      send(response, await forward(motoPort, incoming, body));
      return;
    }
    calls.push(call);
    const { delayMs, drop, answer } = faults.outcome(call);
    if (delayMs > 0) await sleep(delayMs);
    if (drop === "before") {
      response.destroy();
      return;
    }
    const carriedOut = answer ?? (call.service === "ec2" ? await ec2Answer(call, incoming) : await forward(motoPort, incoming, body));
    if (drop === "after") response.destroy();
    else send(response, carriedOut);
  };
  const ec2Answer = async (call, incoming) => {
    const region = corrections.get(call.region) ?? new MotoCorrections();
    corrections.set(call.region, region);
    const own = region.answer(call);
    if (own !== null) return own;
    return region.correct(call, await forward(motoPort, incoming, formOf(region.forward(call))));
  };
  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error) => {
      send(response, { status: 502, body: String(error) });
    });
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    faults,
    calls,
    stop: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    })
  };
}
function forward(port, incoming, body) {
  return new Promise((resolve, reject) => {
    const headers = { ...incoming.headers, "content-length": Buffer.byteLength(body), connection: "close" };
    delete headers["transfer-encoding"];
    const outgoing = request({ host: "127.0.0.1", port, method: incoming.method, path: incoming.url, headers }, (answer) => {
      textOf(answer).then((text) => resolve({ status: answer.statusCode ?? 500, body: text }), reject);
    });
    outgoing.once("error", reject).end(body);
  });
}
function send(response, { status, body }) {
  if (response.destroyed) return;
  response.writeHead(status, { "content-type": "text/xml;charset=UTF-8" }).end(body);
}
async function textOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

// test/support/ec2/moto-process.ts
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer as createServer2 } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep2 } from "node:timers/promises";
async function startMoto() {
  const directory = await mkdtemp(join(tmpdir(), "labtui-moto-"));
  const amisFile = join(directory, "amis.json");
  await writeFile(amisFile, JSON.stringify(motoAmis()));
  const port = await freePort();
  const child = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], {
    env: { ...process.env, MOTO_AMIS_PATH: amisFile, MOTO_ENABLE_AMI_VALIDATION: "true", MOTO_ENABLE_KEYPAIR_VALIDATION: "true" },
    stdio: ["ignore", "ignore", "pipe"]
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors = `${errors}${text}`.slice(-4e3);
  });
  const killed = () => child.kill("SIGKILL");
  process.once("exit", killed);
  const stop = async () => {
    process.off("exit", killed);
    await ended(child);
    await rm(directory, { recursive: true, force: true });
  };
  for (const end = Date.now() + 6e4; Date.now() < end; ) {
    if (child.exitCode !== null) break;
    if (await answers(port)) return { port, stop };
    await sleep2(100);
  }
  await stop();
  throw new Error(`moto_server did not start:
${errors}`);
}
async function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const grace = sleep2(5e3, "late", { ref: false });
  if (await Promise.race([exit, grace]) === "late") child.kill("SIGKILL");
  await exit;
}
function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer2().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

// test/support/ec2/start-ec2.ts
async function startEc2(region = "eu-north-1") {
  const moto = await startMoto();
  const proxy = await startEc2Proxy(moto.port);
  const call = (action, params = {}) => callEc2(proxy.endpoint, action, params, { region });
  await call("DescribeVpcs");
  proxy.calls.length = 0;
  return {
    endpoint: proxy.endpoint,
    region,
    env: {
      AWS_ACCESS_KEY_ID: "testing",
      AWS_SECRET_ACCESS_KEY: "testing",
      AWS_SESSION_TOKEN: "",
      AWS_REGION: region,
      AWS_ENDPOINT_URL: proxy.endpoint,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null"
    },
    calls: proxy.calls,
    inject: (fault) => proxy.faults.add(fault),
    clearFaults: () => proxy.faults.clear(),
    call,
    async userDataOf(instanceId) {
      const xml = await call("DescribeInstanceAttribute", { InstanceId: instanceId, Attribute: "userData" });
      const [encoded] = elementsOf(/<userData>(.*?)<\/userData>/s.exec(xml)?.[1] ?? "", "value");
      return encoded === void 0 || encoded === "" ? null : Buffer.from(encoded, "base64");
    },
    async publicKeyOf(keyName) {
      const xml = await call("DescribeKeyPairs", { "KeyName.1": keyName, IncludePublicKey: "true" });
      const [publicKey] = elementsOf(xml, "publicKey");
      if (publicKey === void 0) throw new Error(`EC2 gives no public key of ${keyName}`);
      return publicKey.trim();
    },
    tagged: (sessionId) => describeTagged(proxy.endpoint, sessionId, region),
    async stop() {
      await proxy.stop();
      await moto.stop();
    }
  };
}

// test/support/ec2/provider-mirror.ts
import { access, mkdtemp as mkdtemp2, readdir, rm as rm2, writeFile as writeFile2 } from "node:fs/promises";
import { homedir, tmpdir as tmpdir2 } from "node:os";
import { join as join2 } from "node:path";
async function findProviderMirror(env2 = process.env) {
  const named = env2.LABTUI_TEST_PROVIDER_MIRROR;
  const below = await readdir("/opt").catch(() => []);
  const candidates = [
    ...named === void 0 ? [] : [named],
    join2(homedir(), ".terraform.d", "plugins"),
    "/opt",
    ...below.map((name) => join2("/opt", name))
  ];
  for (const folder of candidates) {
    if (await access(join2(folder, "registry.terraform.io", "hashicorp", "aws")).then(() => true, () => false)) return folder;
  }
  return null;
}
async function providerMirrorConfig() {
  const mirror2 = await findProviderMirror();
  if (mirror2 === null) return null;
  const directory = await mkdtemp2(join2(tmpdir2(), "labtui-tfrc-"));
  const file = join2(directory, "terraformrc");
  const path = JSON.stringify(mirror2);
  await writeFile2(file, `disable_checkpoint = true
provider_installation {
  filesystem_mirror {
    path = ${path}
  }
}
`);
  return { file, mirror: mirror2, remove: () => rm2(directory, { recursive: true, force: true }) };
}

// test/support/guest/sshd-guest.ts
import { mkdir, mkdtemp as mkdtemp3, readdir as readdir2, readFile, rm as rm3, writeFile as writeFile3 } from "node:fs/promises";
import { tmpdir as tmpdir3 } from "node:os";
import { delimiter, join as join3 } from "node:path";
import { fileURLToPath } from "node:url";
var lifetimeS = 1800;
async function startGuests({ ec2: ec22, image } = {}) {
  const stateDir = await mkdtemp3(join3(tmpdir3(), "labtui-guests-"));
  const machineDir = (id) => join3(stateDir, "machines", id);
  const faults = {};
  const saveSettings = () => writeFile3(join3(stateDir, "settings.json"), JSON.stringify({ ec2: ec22 ?? null, image: image ?? {}, faults, lifetimeS }));
  await mkdir(join3(stateDir, "hosts"));
  await saveSettings();
  return {
    proxyCommand: [process.execPath, fileURLToPath(new URL("proxy.mjs", import.meta.url)), stateDir].map(quoted).join(" ") + " %h %p",
    async addHost(host, instance) {
      const known = { state: "running", launchedAt: (/* @__PURE__ */ new Date()).toISOString(), imageName: null, ...instance };
      const userData = Buffer.from(instance.userData, "utf8").toString("base64");
      await writeFile3(join3(stateDir, "hosts", `${host}.json`), JSON.stringify({ ...known, userData }));
    },
    async setFaults(host, wrong) {
      faults[host] = wrong;
      await saveSettings();
    },
    record: (id, name) => readFile(join3(machineDir(id), "records", name), "utf8").catch(() => ""),
    file: (id, path) => readFile(join3(machineDir(id), "upper", path), "utf8").catch(() => null),
    async stop() {
      const ids = await readdir2(join3(stateDir, "machines")).catch(() => []);
      await Promise.all(ids.map((id) => powerOff(machineDir(id))));
      await rm3(stateDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    }
  };
}
async function powerOff(dir) {
  const pid = Number(await readFile(join3(dir, "pid"), "utf8").catch(() => "0"));
  const belongs = async () => (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).includes(dir);
  if (pid === 0 || !await belongs()) return;
  process.kill(pid, "SIGKILL");
  for (let tries = 0; tries < 100 && await belongs(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 20));
}
function quoted(word) {
  return /^[\w/.:@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

// ../../tmp/play/server.ts
import { writeFileSync } from "node:fs";
var ec2 = await startEc2("eu-north-1");
var mirror = await providerMirrorConfig();
var guests = await startGuests({ ec2: { endpoint: ec2.endpoint, region: ec2.region } });
var env = { ...ec2.env, TF_CLI_CONFIG_FILE: mirror.file, LABTUI_SESSIONS_DIR: "/tmp/play/sessions", XDG_CACHE_HOME: "/tmp/play/cache" };
writeFileSync("/tmp/play/env", Object.entries(env).map(([k, v]) => `export ${k}='${v}'`).join("\n") + "\n");
writeFileSync("/tmp/play/kernel-lab.yaml", JSON.stringify({ name: "kernel-lab", distro: "debian@12", cloud: "aws", region: "eu-north-1", ssh: { allowFrom: "198.51.100.7", proxyCommand: guests.proxyCommand } }));
console.log("up", ec2.endpoint);
process.on("SIGTERM", async () => {
  await guests.stop();
  await ec2.stop();
  process.exit(0);
});
setInterval(() => void 0, 1e6);
