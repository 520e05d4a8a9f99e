"""Clarine Herd: collars to alerts in the farmer's chat. A guest: it imports clarine.client and nothing else of the house."""
