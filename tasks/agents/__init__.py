"""How agents are asked and how they speak: blocks, tool loop, conversation, simulated users and tools, judge."""
