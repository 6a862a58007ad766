"""Every call of a lab's life by Google's own description of the Compute API, and every answer held against it.

Usage: google_discovery.py ORIGIN PROJECT ZONE. google-api-python-client ships the description ("discovery document") and refuses
itself what it does not describe: paths, methods, parameters. Prints a JSON object: what was called, and where an answer has fields or types
that the description does not know.
"""

import json
import re
import sys
import time

from google.oauth2.credentials import Credentials
from googleapiclient import discovery, errors

origin, project, zone = sys.argv[1:4]
region = zone.rsplit("-", 1)[0]
name = "lab-discovery"
api = discovery.build("compute", "v1", credentials=Credentials(token="simulated"), client_options={"api_endpoint": f"{origin}/compute/v1/"})
document = api._rootDesc
schemas, methods = document["schemas"], {}
for collection in document["resources"].values():
    for method in collection["methods"].values():
        methods[method["id"]] = method

problems, called = [], []
here, there, anywhere = {"project": project, "zone": zone}, {"project": project, "region": region}, {"project": project}


def check(schema, value, path):
    if "$ref" in schema:
        return check(schemas[schema["$ref"]], value, path)
    kind, form = schema.get("type"), schema.get("format", "")
    fits = {
        "object": lambda: isinstance(value, dict),
        "array": lambda: isinstance(value, list),
        "string": lambda: isinstance(value, str) and (not form.endswith("int64") or re.fullmatch(r"-?\d+", value) is not None),
        "integer": lambda: isinstance(value, int) and not isinstance(value, bool),
        "number": lambda: isinstance(value, (int, float)) and not isinstance(value, bool),
        "boolean": lambda: isinstance(value, bool),
        "any": lambda: True,
    }[kind]()
    if not fits:
        problems.append(f"{path}: {value!r} is no {kind} {form}".rstrip())
    elif kind == "array":
        for at, item in enumerate(value):
            check(schema["items"], item, f"{path}[{at}]")
    elif kind == "object":
        for key, inner in value.items():
            known = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
            if known is None:
                problems.append(f"{path}.{key}: not in the description")
            else:
                check(known, inner, f"{path}.{key}")
    elif "enum" in schema and value not in schema["enum"]:
        problems.append(f"{path}: {value!r} is none of the values")


# Whoever checks is checked: three mistakes in an instance.
check({"$ref": "Instance"}, {"id": 1, "unheard": "of", "status": "WALKING", "name": "right"}, "self-check")
if len(problems) != 3:
    raise SystemExit(f"the check is broken: {problems}")
problems.clear()


def call(request):
    answer = request.execute()
    called.append(request.methodId)
    if "response" in methods[request.methodId]:
        check(methods[request.methodId]["response"], answer, request.methodId)
    return answer


def finish(request):
    operation = call(request)
    while operation["status"] != "DONE":
        time.sleep(0.05)
        if "zone" in operation:
            operation = call(api.zoneOperations().get(operation=operation["name"], **here))
        elif "region" in operation:
            operation = call(api.regionOperations().get(operation=operation["name"], **there))
        else:
            operation = call(api.globalOperations().get(operation=operation["name"], **anywhere))
    if "error" in operation:
        raise SystemExit(json.dumps(operation))
    return operation


def refused(request):
    try:
        request.execute()
    except errors.HttpError as error:
        called.append(request.methodId)
        return [error.resp.status, error.error_details[0]["reason"]]
    raise SystemExit(f"{request.methodId} was not refused")


saw = {}
compute = {kind: getattr(api, kind)() for kind in ("networks", "subnetworks", "firewalls", "addresses", "disks", "instances", "images")}
call(api.projects().get(project=project))
call(api.regions().get(**there))
call(api.regions().list(project=project))
call(api.zones().get(**here))
call(api.zones().list(project=project))
call(api.machineTypes().get(machineType="e2-medium", **here))
call(api.machineTypes().get(machineType="n2-custom-4-8192", **here))
call(api.machineTypes().list(**here))
call(api.diskTypes().get(diskType="pd-balanced", **here))
image = call(compute["images"].getFromFamily(project="debian-cloud", family="debian-12"))
call(compute["images"].get(project="debian-cloud", image=image["name"]))
call(compute["images"].list(project="debian-cloud", maxResults=2))

finish(compute["networks"].insert(project=project, body={"name": name, "autoCreateSubnetworks": False, "mtu": 1460}))
call(api.routes().list(project=project))
finish(compute["networks"].patch(project=project, network=name, body={"routingConfig": {"routingMode": "GLOBAL"}}))
subnet = {"name": name, "network": f"projects/{project}/global/networks/{name}", "ipCidrRange": "10.0.0.0/24", "logConfig": {"enable": False}}
finish(compute["subnetworks"].insert(body=subnet, **there))
finish(compute["subnetworks"].setPrivateIpGoogleAccess(subnetwork=name, body={"privateIpGoogleAccess": True}, **there))
finish(compute["subnetworks"].expandIpCidrRange(subnetwork=name, body={"ipCidrRange": "10.0.0.0/20"}, **there))
seen = call(compute["subnetworks"].get(subnetwork=name, **there))
saw["old subnetwork"] = refused(compute["subnetworks"].patch(subnetwork=name, body={"fingerprint": "AAAAAAAAAAA=", "secondaryIpRanges": []}, **there))
secondary = {"fingerprint": seen["fingerprint"], "secondaryIpRanges": [{"rangeName": "more", "ipCidrRange": "10.8.0.0/24"}]}
finish(compute["subnetworks"].patch(subnetwork=name, body=secondary, **there))
call(compute["subnetworks"].get(subnetwork=name, **there))
rule = {"name": name, "network": subnet["network"], "direction": "INGRESS", "priority": 1000, "disabled": False, "logConfig": {"enable": False}}
rule |= {"allowed": [{"IPProtocol": "tcp", "ports": ["22"]}], "sourceRanges": ["203.0.113.7/32"], "targetTags": [name]}
finish(compute["firewalls"].insert(project=project, body=rule))
finish(compute["firewalls"].patch(project=project, firewall=name, body={"sourceRanges": ["198.51.100.0/24"]}))
saw["patched"] = call(compute["firewalls"].get(project=project, firewall=name))["sourceRanges"]
finish(compute["firewalls"].update(project=project, firewall=name, body={**rule, "disabled": True}))
call(compute["firewalls"].list(project=project))
finish(compute["addresses"].insert(body={"name": name, "networkTier": "PREMIUM"}, **there))
address = call(compute["addresses"].get(address=name, **there))
finish(compute["addresses"].setLabels(resource=name, body={"labels": {"a": "b"}, "labelFingerprint": address["labelFingerprint"]}, **there))
call(compute["addresses"].list(**there))

boot = {"sourceImage": image["selfLink"], "diskSizeGb": "20", "diskType": f"projects/{project}/zones/{zone}/diskTypes/hyperdisk-balanced"}
boot |= {"provisionedIops": "4000", "provisionedThroughput": "200", "labels": {"labtui": "true"}}
instance = {
    "name": name,
    "machineType": f"projects/{project}/zones/{zone}/machineTypes/n4-highcpu-2",
    "labels": {"labtui": "true"},
    "tags": {"items": [name]},
    "metadata": {"items": [{"key": "enable-guest-attributes", "value": "TRUE"}]},
    "disks": [{"boot": True, "autoDelete": True, "mode": "READ_WRITE", "initializeParams": boot}],
    "networkInterfaces": [{"subnetwork": f"projects/{project}/regions/{region}/subnetworks/{name}", "accessConfigs": [{"type": "ONE_TO_ONE_NAT"}]}],
    "scheduling": {"automaticRestart": False, "instanceTerminationAction": "DELETE", "maxRunDuration": {"seconds": "7200"}},
    "shieldedInstanceConfig": {"enableSecureBoot": False, "enableVtpm": True, "enableIntegrityMonitoring": True},
    "params": {},
}
made = finish(compute["instances"].insert(body=instance, **here))
saw["by number"] = call(api.zoneOperations().get(operation=made["id"], **here))["name"] == made["name"]
call(api.zoneOperations().wait(operation=made["name"], **here))
call(api.zoneOperations().list(**here))
seen = call(compute["instances"].get(instance=name, **here))
disk = call(compute["disks"].get(disk=name, **here))
saw["disk"] = {key: disk[key] for key in ("provisionedIops", "provisionedThroughput", "sizeGb")}
call(compute["disks"].list(**here))
call(compute["disks"].aggregatedList(project=project))
call(compute["instances"].list(filter=f"(name = {name})", **here))
call(compute["instances"].aggregatedList(project=project, filter="labels.labtui:*"))
part = compute["instances"].get(instance=name, fields="name,networkInterfaces(networkIP,accessConfigs/type),scheduling/preemptible", prettyPrint=False, **here)
saw["part"] = call(part)
saw["no such selection"] = refused(compute["instances"].get(instance=name, fields="name(", **here))
call(compute["instances"].getSerialPortOutput(instance=name, **here))
for _ in range(600):
    try:
        saw["attributes"] = len(call(compute["instances"].getGuestAttributes(instance=name, queryPath="hostkeys/", **here))["queryValue"]["items"])
        break
    except errors.HttpError as error:
        if error.resp.status != 404:
            raise
        time.sleep(0.1)

act = compute["instances"]
finish(act.setMetadata(instance=name, body={**seen["metadata"], "items": seen["metadata"]["items"] + [{"key": "a", "value": "b"}]}, **here))
saw["old metadata"] = refused(act.setMetadata(instance=name, body=seen["metadata"], **here))
finish(act.setTags(instance=name, body={**seen["tags"], "items": [name, "more"]}, **here))
saw["old tags"] = refused(act.setTags(instance=name, body=seen["tags"], **here))
finish(act.setLabels(instance=name, body={"labels": {"labtui": "true", "b": "c"}, "labelFingerprint": seen["labelFingerprint"]}, **here))
saw["old labels"] = refused(act.setLabels(instance=name, body={"labels": {}, "labelFingerprint": seen["labelFingerprint"]}, **here))
saw["old instance"] = refused(act.update(instance=name, body={**seen, "description": "x"}, **here))
finish(act.update(instance=name, body={**call(act.get(instance=name, **here)), "description": "changed"}, **here))
finish(act.setDiskAutoDelete(instance=name, autoDelete=True, deviceName=seen["disks"][0]["deviceName"], **here))
finish(act.setDeletionProtection(resource=name, deletionProtection=True, **here))
saw["protected"] = refused(act.delete(instance=name, **here))
finish(act.setDeletionProtection(resource=name, deletionProtection=False, **here))
finish(act.deleteAccessConfig(instance=name, accessConfig="external-nat", networkInterface="nic0", **here))
finish(act.addAccessConfig(instance=name, networkInterface="nic0", body={"type": "ONE_TO_ONE_NAT", "natIP": address["address"], "name": "external-nat"}, **here))
nic = call(act.get(instance=name, **here))["networkInterfaces"][0]
saw["static"] = nic["accessConfigs"][0]["natIP"] == address["address"]
change = {"fingerprint": nic["fingerprint"], "aliasIpRanges": [{"ipCidrRange": "10.8.0.4/32", "subnetworkRangeName": "more"}]}
finish(act.updateNetworkInterface(instance=name, networkInterface="nic0", body=change, **here))
saw["old interface"] = refused(act.updateNetworkInterface(instance=name, networkInterface="nic0", body=change, **here))
saw["running"] = refused(act.setMachineType(instance=name, body={"machineType": f"zones/{zone}/machineTypes/n4-highcpu-4"}, **here))
finish(act.suspend(instance=name, **here))
saw["suspended"] = call(act.get(instance=name, **here))["status"]
finish(act.resume(instance=name, **here))
finish(act.stop(instance=name, **here))
saw["stopped"] = call(act.get(instance=name, **here))["status"]
finish(act.setMachineType(instance=name, body={"machineType": f"zones/{zone}/machineTypes/n4-highcpu-4"}, **here))
finish(act.setMinCpuPlatform(instance=name, body={"minCpuPlatform": "Intel Emerald Rapids"}, **here))
finish(act.setServiceAccount(instance=name, body={"email": ""}, **here))
finish(act.updateDisplayDevice(instance=name, body={"enableDisplay": True}, **here))
finish(act.updateShieldedInstanceConfig(instance=name, body={"enableSecureBoot": True}, **here))
scheduling = {"automaticRestart": False, "instanceTerminationAction": "DELETE", "maxRunDuration": {"seconds": "3600"}, "onHostMaintenance": ""}
finish(act.setScheduling(instance=name, body=scheduling, **here))
finish(act.addResourcePolicies(instance=name, body={"resourcePolicies": [f"projects/{project}/regions/{region}/resourcePolicies/p"]}, **here))
policies = call(act.get(instance=name, **here))["resourcePolicies"]
finish(act.removeResourcePolicies(instance=name, body={"resourcePolicies": policies}, **here))
finish(act.startWithEncryptionKey(instance=name, body={}, **here))
finish(act.stop(instance=name, **here))
finish(act.start(instance=name, **here))
seen = call(act.get(instance=name, **here))
saw["runs for"] = seen["scheduling"]["maxRunDuration"]
saw["again"] = [seen["status"], seen["machineType"].rsplit("/", 1)[-1], seen["description"], seen["displayDevice"]["enableDisplay"], seen["minCpuPlatform"]]
finish(act.reset(instance=name, **here))

extra = {"name": f"{name}-data", "sizeGb": "10", "type": f"zones/{zone}/diskTypes/hyperdisk-balanced"}
finish(compute["disks"].insert(body=extra, **here))
finish(compute["disks"].resize(disk=extra["name"], body={"sizeGb": "12"}, **here))
finish(act.attachDisk(instance=name, body={"source": f"projects/{project}/zones/{zone}/disks/{extra['name']}", "deviceName": "data"}, **here))
saw["in use"] = refused(compute["disks"].delete(disk=extra["name"], **here))
finish(act.detachDisk(instance=name, deviceName="data", **here))
finish(compute["disks"].delete(disk=extra["name"], **here))

saw["network in use"] = refused(compute["networks"].delete(project=project, network=name))
finish(act.delete(instance=name, **here))
saw["gone"] = [refused(act.get(instance=name, **here)), refused(compute["disks"].get(disk=name, **here))]
finish(compute["addresses"].delete(address=name, **there))
finish(compute["firewalls"].delete(project=project, firewall=name))
finish(compute["subnetworks"].delete(subnetwork=name, **there))
finish(compute["networks"].delete(project=project, network=name))
call(compute["networks"].list(project=project))
print(json.dumps({"saw": saw, "problems": sorted(set(problems)), "called": sorted(set(called)), "revision": document["revision"]}))
