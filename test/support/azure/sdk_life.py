"""A lab's life on Azure through Microsoft's own SDK for Python, which nobody here wrote.

Environment: what `labtui rehearsal serve --json` says for azure, and AZURE_CA. Arguments: image (publisher:offer:sku), an SSH public key.
Prints one JSON document.
"""
import json
import os
import sys

from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.identity import ClientSecretCredential
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient

image, public_key = sys.argv[1], sys.argv[2]
origin = "https://" + os.environ["ARM_METADATA_HOSTNAME"]
subscription = os.environ["ARM_SUBSCRIPTION_ID"]
trust = {"connection_verify": os.environ["AZURE_CA"]}
credential = ClientSecretCredential(
    os.environ["ARM_TENANT_ID"],
    os.environ["ARM_CLIENT_ID"],
    os.environ["ARM_CLIENT_SECRET"],
    authority=origin,
    disable_instance_discovery=True,
    **trust,
)
options = {"base_url": origin, "credential_scopes": [origin + "/.default"], "polling_interval": 1, **trust}
groups = ResourceManagementClient(credential, subscription, **options)
network = NetworkManagementClient(credential, subscription, **options)
compute = ComputeManagementClient(credential, subscription, **options)

region, group = "westeurope", "sdk-life"
tags = {"labtui-session-id": "sdk-life-abc234"}
report = {}

report["existedBefore"] = groups.resource_groups.check_existence(group)
report["providers"] = sorted(provider.namespace for provider in groups.providers.list() if provider.registration_state == "Registered")
groups.resource_groups.create_or_update(group, {"location": region, "tags": tags})
security = network.network_security_groups.begin_create_or_update(group, "ssh", {"location": region, "tags": tags}).result()
network.security_rules.begin_create_or_update(
    group,
    "ssh",
    "ssh-in",
    {
        "properties": {
            "priority": 100,
            "direction": "Inbound",
            "access": "Allow",
            "protocol": "Tcp",
            "sourceAddressPrefix": "198.51.100.7/32",
            "sourcePortRange": "*",
            "destinationAddressPrefix": "*",
            "destinationPortRange": "22",
        }
    },
).result()
network.virtual_networks.begin_create_or_update(group, "net", {"location": region, "tags": tags, "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}}).result()
subnet = network.subnets.begin_create_or_update(group, "net", "lab", {"properties": {"addressPrefix": "10.0.0.0/24", "defaultOutboundAccess": False}}).result()
# The association: what was read is sent back whole.
subnet.properties["networkSecurityGroup"] = {"id": security.id}
subnet = network.subnets.begin_create_or_update(group, "net", "lab", subnet).result()
report["subnet"] = {
    "guard": subnet.properties.network_security_group.id == security.id,
    "defaultOutbound": subnet.properties.default_outbound_access,
    "etag": subnet.etag is not None,
}
address = network.public_ip_addresses.begin_create_or_update(
    group, "ip", {"location": region, "sku": {"name": "Standard"}, "zones": ["2"], "tags": tags, "properties": {"publicIPAllocationMethod": "Static"}}
).result()
nic = network.network_interfaces.begin_create_or_update(
    group,
    "nic",
    {
        "location": region,
        "tags": tags,
        "properties": {
            "ipConfigurations": [
                {"name": "lab", "properties": {"subnet": {"id": subnet.id}, "publicIPAddress": {"id": address.id}, "privateIPAllocationMethod": "Dynamic"}}
            ]
        },
    },
).result()
report["rules"] = [rule.name for rule in network.security_rules.list(group, "ssh")]
report["address"] = {"ip": address.properties.ip_address, "zones": address.zones, "sku": address.sku.name}

publisher, offer, sku = image.split(":")
versions = [version.name for version in compute.virtual_machine_images.list(region, publisher, offer, sku)]
report["versions"] = versions
sizes = {size.name: size for size in compute.resource_skus.list(filter="location eq '%s'" % region) if size.resource_type == "virtualMachines"}
report["sizeZones"] = sorted(sizes["Standard_B2als_v2"].location_info[0].zones)
report["cores"] = next(usage.limit for usage in compute.usage.list(region) if usage.name.value == "cores") > 0

machine = compute.virtual_machines.begin_create_or_update(
    group,
    "vm",
    {
        "location": region,
        "zones": ["2"],
        "tags": tags,
        "properties": {
            "hardwareProfile": {"vmSize": "Standard_B2als_v2"},
            "networkProfile": {"networkInterfaces": [{"id": nic.id, "properties": {"primary": True}}]},
            "storageProfile": {
                "imageReference": {"publisher": publisher, "offer": offer, "sku": sku, "version": versions[-1]},
                "osDisk": {"name": "vm-os", "createOption": "FromImage", "caching": "ReadWrite", "diskSizeGB": 32, "managedDisk": {"storageAccountType": "Premium_LRS"}},
            },
            "osProfile": {
                "adminUsername": "lab",
                "computerName": "vm",
                "linuxConfiguration": {
                    "disablePasswordAuthentication": True,
                    "ssh": {"publicKeys": [{"path": "/home/lab/.ssh/authorized_keys", "keyData": public_key}]},
                },
            },
            "securityProfile": {"securityType": "TrustedLaunch", "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True}},
            "diagnosticsProfile": {"bootDiagnostics": {"enabled": True}},
        },
    },
).result()
made = machine.properties
report["machine"] = {
    "state": made.provisioning_state,
    "id": made.vm_id is not None,
    "zones": machine.zones,
    "size": made.hardware_profile.vm_size,
    "exactVersion": made.storage_profile.image_reference.exact_version,
    "password": made.os_profile.admin_password,
    "trusted": made.security_profile.security_type,
}


def power():
    view = compute.virtual_machines.instance_view(group, "vm")
    return [status.code for status in view.statuses]


report["running"] = power()
disk = compute.disks.get(group, "vm-os")
report["disk"] = {"size": disk.properties.disk_size_gb, "sku": disk.sku.name, "managedBy": disk.managed_by.endswith("/virtualMachines/vm"), "state": disk.properties.disk_state}
report["macAddress"] = network.network_interfaces.get(group, "nic").properties.mac_address is not None
compute.virtual_machines.begin_update(group, "vm", {"tags": {**tags, "changed": "yes"}}).result()
report["tags"] = compute.virtual_machines.get(group, "vm").tags
report["console"] = compute.virtual_machines.retrieve_boot_diagnostics_data(group, "vm").serial_console_log_blob_uri is not None
compute.virtual_machines.begin_deallocate(group, "vm").result()
report["deallocated"] = power()
compute.virtual_machines.begin_start(group, "vm").result()
report["startedAgain"] = power()
report["listed"] = sorted(one.type for one in groups.resources.list(filter="tagName eq 'labtui-session-id' and tagValue eq 'sdk-life-abc234'"))

refusals = {}
for name, call in {
    "address": lambda: network.public_ip_addresses.begin_delete(group, "ip").result(),
    "missing": lambda: compute.virtual_machines.get(group, "nobody"),
    "image": lambda: compute.virtual_machine_images.get(region, publisher, offer, sku, "0.0.0"),
}.items():
    try:
        call()
        refusals[name] = None
    except HttpResponseError as error:
        refusals[name] = [error.status_code, error.error.code if error.error else None]
report["refusals"] = refusals

compute.virtual_machines.begin_delete(group, "vm").result()
try:
    compute.virtual_machines.get(group, "vm")
    report["machineGone"] = False
except ResourceNotFoundError:
    report["machineGone"] = True
report["diskStays"] = compute.disks.get(group, "vm-os").properties.disk_state
groups.resource_groups.begin_delete(group).result()
report["existsAfter"] = groups.resource_groups.check_existence(group)
print(json.dumps(report))
