"""Clarine Herd: collars to alerts in the farmer's chat. A guest of the house: it imports clarine.client and no more."""
