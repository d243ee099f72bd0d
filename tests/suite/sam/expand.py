# Expands SAM templates to what CloudFormation gets, so that cfn-lint sees every value: DIRECTORY TEMPLATE…
import json
import pathlib
import sys

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class NoManagedPolicies:
    """Policies by their short names would need a call to IAM; the templates use none."""

    def load(self):
        return {}


out = pathlib.Path(sys.argv[1])
for number, name in enumerate(sys.argv[2:]):
    template = yaml_parse(pathlib.Path(name).read_text())
    for resource in template["Resources"].values():
        # `sam package` puts the place in S3 here; before that there is a path.
        properties = resource.get("Properties", {})
        for key in ("CodeUri", "ContentUri"):
            if key in properties:
                properties[key] = "s3://example-bucket/package.zip"
        if properties.get("PackageType") == "Image":
            registry = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
            properties["ImageUri"] = registry + "/example:latest"
    expanded = transform(template, {}, NoManagedPolicies())
    (out / f"{number}.json").write_text(json.dumps(expanded, indent=1))
