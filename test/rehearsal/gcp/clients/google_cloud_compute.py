"""The life of a lab through Google's own client library, google-cloud-compute, on a simulated Compute Engine.

Usage: google_cloud_compute.py ORIGIN PROJECT ZONE. Prints a JSON object of what it saw; fails where a call does.
"""

import json
import sys
import time

from google.api_core import exceptions
from google.api_core.client_options import ClientOptions
from google.cloud import compute_v1 as compute
from google.oauth2.credentials import Credentials

origin, project, zone = sys.argv[1:4]
region = zone.rsplit("-", 1)[0]
name = "lab-python"
settings = {"credentials": Credentials(token="simulated"), "client_options": ClientOptions(api_endpoint=origin), "transport": "rest"}
networks, subnetworks, firewalls = (kind(**settings) for kind in (compute.NetworksClient, compute.SubnetworksClient, compute.FirewallsClient))
instances, disks, images = (kind(**settings) for kind in (compute.InstancesClient, compute.DisksClient, compute.ImagesClient))
at = {"project": project, "zone": zone}
statuses = set()
saw = {}


def finish(operation):
    """Polls as the library would. Its own poller asks the public endpoint, whatever the client was told."""
    if operation.zone:
        client, place = compute.ZoneOperationsClient(**settings), {"zone": operation.zone.rsplit("/", 1)[-1]}
    elif operation.region:
        client, place = compute.RegionOperationsClient(**settings), {"region": operation.region.rsplit("/", 1)[-1]}
    else:
        client, place = compute.GlobalOperationsClient(**settings), {}
    while operation.status != compute.Operation.Status.DONE:
        statuses.add(operation.status.name)
        operation = client.get(project=project, operation=operation.name, **place)
        time.sleep(0.05)
    if operation.error.errors:
        raise SystemExit(f"{operation.operation_type}: {operation.error}")
    return operation


finish(networks.insert_unary(project=project, network_resource=compute.Network(name=name, auto_create_subnetworks=False)))
subnet = compute.Subnetwork(name=name, network=f"projects/{project}/global/networks/{name}", ip_cidr_range="10.0.0.0/24")
finish(subnetworks.insert_unary(project=project, region=region, subnetwork_resource=subnet))
rule = compute.Firewall(name=name, network=subnet.network, direction="INGRESS", source_ranges=["203.0.113.7/32"], target_tags=[name])
rule.allowed = [compute.Allowed(I_p_protocol="tcp", ports=["22"])]
finish(firewalls.insert_unary(project=project, firewall_resource=rule))

family = images.get_from_family(project="debian-cloud", family="debian-12")
saw["image"] = {"name": family.name, "diskSizeGb": family.disk_size_gb, "architecture": family.architecture}

instance = compute.Instance(name=name, machine_type=f"zones/{zone}/machineTypes/e2-medium", labels={"labtui": "true"})
instance.tags = compute.Tags(items=[name])
instance.metadata = compute.Metadata(items=[compute.Items(key="enable-guest-attributes", value="TRUE")])
boot = compute.AttachedDiskInitializeParams(source_image=family.self_link, disk_size_gb=20, disk_type=f"zones/{zone}/diskTypes/pd-balanced")
instance.disks = [compute.AttachedDisk(boot=True, auto_delete=True, initialize_params=boot)]
access = compute.AccessConfig(type_="ONE_TO_ONE_NAT", network_tier="PREMIUM")
instance.network_interfaces = [compute.NetworkInterface(subnetwork=f"regions/{region}/subnetworks/{name}", access_configs=[access])]
instance.scheduling = compute.Scheduling(
    preemptible=True, automatic_restart=False, provisioning_model="SPOT", instance_termination_action="DELETE", max_run_duration=compute.Duration(seconds=3600)
)
finish(instances.insert_unary(instance_resource=instance, **at))

made = instances.get(instance=name, **at)
saw["instance"] = {
    "status": made.status,
    "natIp": made.network_interfaces[0].access_configs[0].nat_i_p != "",
    "runsForSeconds": made.scheduling.max_run_duration.seconds,
    "onHostMaintenance": made.scheduling.on_host_maintenance,
    "disk": disks.get(disk=name, **at).size_gb,
}
listed = instances.aggregated_list(request={"project": project, "filter": "labels.labtui = true", "max_results": 1})
saw["listed"] = [found.name for _, scope in listed for found in scope.instances]

for what, call in {
    "labels": lambda: instances.set_labels_unary(instance=name, instances_set_labels_request_resource=compute.InstancesSetLabelsRequest(labels={}, label_fingerprint="x"), **at),
    "metadata": lambda: instances.set_metadata_unary(instance=name, metadata_resource=compute.Metadata(fingerprint="x"), **at),
    "tags": lambda: instances.set_tags_unary(instance=name, tags_resource=compute.Tags(fingerprint="x"), **at),
}.items():
    try:
        call()
        raise SystemExit(f"{what}: an old fingerprint was taken")
    except exceptions.PreconditionFailed as error:
        saw[what] = error.message

labels = compute.InstancesSetLabelsRequest(labels={"labtui": "true", "more": "1"}, label_fingerprint=made.label_fingerprint)
finish(instances.set_labels_unary(instance=name, instances_set_labels_request_resource=labels, **at))
finish(instances.stop_unary(instance=name, **at))
larger = compute.InstancesSetMachineTypeRequest(machine_type=f"zones/{zone}/machineTypes/e2-standard-4")
finish(instances.set_machine_type_unary(instance=name, instances_set_machine_type_request_resource=larger, **at))
finish(instances.start_unary(instance=name, **at))
again = instances.get(instance=name, **at)
saw["again"] = {"status": again.status, "machineType": again.machine_type.rsplit("/", 1)[-1], "labels": dict(again.labels)}

try:
    instances.get(instance="none", **at)
except exceptions.NotFound as error:
    saw["missing"] = error.message
try:
    instances.insert_unary(instance_resource=instance, **at)
except exceptions.Conflict as error:
    saw["twice"] = error.message

finish(instances.delete_unary(instance=name, **at))
finish(firewalls.delete_unary(project=project, firewall=name))
finish(subnetworks.delete_unary(project=project, region=region, subnetwork=name))
finish(networks.delete_unary(project=project, network=name))
saw["statuses"] = sorted(statuses)
saw["left"] = [left.name for left in networks.list(project=project) if left.name == name] + [left.name for left in disks.list(**at)]
print(json.dumps(saw))
